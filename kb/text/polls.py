"""A poll within a text:

    :::poll Which one do you use?
    - Postgres
    - MySQL
    several choices
    results after voting
    closes 2026-12-31 18:00
    :::

The last three lines may be missing. The block is taken out of the HTML: whoever shows the text shows the poll below it.
"""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

from kb.core.saying import say

MAX_OPTIONS = 20
MAX_LINES = 60
"""After which a block that does not end is none; also what keeps a text of nothing but openings quick."""

MAX_QUESTION = 200
MAX_OPTION = 150
"""Characters: an option is read at a glance."""

_OPENING = re.compile(r" {0,3}:::[ \t]*poll(?:[ \t]+(.*))?$")
_CLOSING = re.compile(r" {0,3}:::[ \t]*$")
_OPTION = re.compile(r"\s*[-*+][ \t]+(.+)$")
_CLOSES = re.compile(r"closes (\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PollText:
    """A poll as typed. `problem` says in one sentence what keeps it from being one; `closes_at` is UTC, None for never."""

    question: str
    options: tuple[str, ...]
    is_multiple: bool = False
    hides_results: bool = False
    closes_at: datetime | None = None
    problem: str = ""


def take_polls(md: MarkdownIt) -> None:
    """A markdown-it plugin: where the env has a list `polls`, blocks at the top level of the text go there."""
    md.block.ruler.before("fence", "poll", _take, {"alt": ["paragraph", "reference", "blockquote", "list"]})


def _take(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    polls: list[PollText] | None = state.env.get("polls")
    opening = _OPENING.match(_line(state, start)) if state.level == 0 else None
    if polls is None or opening is None or state.is_code_block(start):
        return False
    last = min(end, start + MAX_LINES)
    closing = next((line for line in range(start + 1, last) if _CLOSING.match(_line(state, line))), None)
    if closing is None:
        return False
    if not silent:
        poll = read_poll(opening[1] or "", [_line(state, line) for line in range(start + 1, closing)])
        polls.append(replace(poll, problem=say("A text holds one poll.")) if polls else poll)
        state.line = closing + 1
    return True


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] : state.eMarks[line]]


def read_poll(question: str, lines: list[str]) -> PollText:
    """The lines between the marks. Never fails: `problem` tells."""
    options, is_multiple, hides_results, closes_at, problem = [], False, False, None, ""
    for line in (line.strip() for line in lines):
        if option := _OPTION.match(line):
            options.append(option[1].strip())
        elif line.lower() in {"several choices", "multiple choice"}:
            is_multiple = True
        elif line.lower() == "results after voting":
            hides_results = True
        elif closes := _CLOSES.fullmatch(line):
            closes_at = _moment(closes[1], closes[2] or "23:59")
            problem = problem if closes_at else say("The poll closes on no day there is: {line}.", line=line)
        elif line:
            problem = say("The poll has a line it does not understand: {line}", line=line[:80])
    question = question.strip()
    problem = problem or _problem_of(question, options)
    return PollText(question, tuple(options), is_multiple, hides_results, closes_at, problem)


def _moment(day: str, time: str) -> datetime | None:
    try:
        return datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=UTC)
    except ValueError:
        return None


def _problem_of(question: str, options: list[str]) -> str:
    if not 0 < len(question) <= MAX_QUESTION:
        return say("The poll needs a question of at most {most} characters behind :::poll.", most=MAX_QUESTION)
    if not 2 <= len(options) <= MAX_OPTIONS:
        return say("The poll needs 2 to {most} options, each on a line that begins with a dash.", most=MAX_OPTIONS)
    if len({option.casefold() for option in options}) < len(options):
        return say("Two options of the poll are the same.")
    if max(map(len, options)) > MAX_OPTION:
        return say("An option of the poll may have {most} characters.", most=MAX_OPTION)
    return ""
