"""A conversation as the first message of a ticket: what the person said in full, what they were told as quotations. Pure.

Quotations are no question: when the ticket's problems are looked for, only the person's own words count.
"""

import re
from collections.abc import Iterable, Sequence

from kb.assistant.queries import TurnView
from kb.text.excerpts import excerpt

MAX_SUBJECT = 120
LONGEST = 24_000
"""Characters; the ticket's message holds 32,000, and the beginning of a talk says least."""

_MARKS = re.compile(r"([\\`*_{}\[\]()#+.!|<>~:@-])")
"""Marks of Markdown, and those that name people or make links: somebody's words stay words."""


def write_subject(turns: Sequence[TurnView], question: str) -> str:
    """What the ticket is about: the question asked last by itself, else the first thing said."""
    said = next((turn.text for turn in turns if turn.speaker == "person" and turn.text), "")
    return excerpt(question or said or "A conversation", MAX_SUBJECT)


def write_transcript(turns: Sequence[TurnView], *, base_url: str, extra: str = "") -> str:
    """The turns as Markdown, the newest kept where they are too many. `extra` is what a flow adds at the end."""
    parts = [part for turn in turns for part in _write(turn, base_url)]
    kept: list[str] = []
    length = len(extra)
    for part in reversed(parts):
        if (length := length + len(part) + 2) > LONGEST:
            kept.append("> …")
            break
        kept.append(part)
    return "\n\n".join([*reversed(kept), *([extra] if extra else [])])


def _write(turn: TurnView, base_url: str) -> Iterable[str]:
    if turn.speaker == "person":
        yield _plain(turn.text)
    elif turn.lines:
        lines = [_quoted(" ".join([line.text, *(f"[{number}]" for number in line.cites)])) for line in turn.lines]
        sources = [f"> \\[{one.number}\\] [{_plain(one.title)}]({base_url}{one.path})" for one in turn.sources]
        yield "\n".join(["\n>\n".join(lines), ">", "\n".join(f"{source}  " for source in sources)])
    elif turn.choices:
        yield "\n>\n".join([_quoted(turn.text), *(_quoted(f"— {choice.label}") for choice in turn.choices)])
    elif turn.text:
        yield _quoted(turn.text)


def _quoted(text: str) -> str:
    return "\n".join(f"> {_plain(line)}" for line in text.splitlines() or [""])


def _plain(text: str) -> str:
    """Typed text as Markdown that shows exactly this text."""
    return "  \n".join(_MARKS.sub(r"\\\1", line.strip()) for line in text.splitlines())
