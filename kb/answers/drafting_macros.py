"""One text out of several copies: what they share stays, what differs becomes a place to fill in. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from kb.answers.copies import is_small_word
from kb.macros.placeholders import gap
from kb.text.mail_parts import own_lines

COPIES_READ = 12
"""Copies looked at. What they do not differ in, the next will not either."""

_TOKEN = re.compile(r"\{\{[^{}\n]{1,80}\}\}|[€$£]?\w+(?:[.,@:/+'-]+\w+)*[€$£]?|\s+|.", re.DOTALL)
_PLACEHOLDER = re.compile(r"\{\{[^{}\n]{1,80}\}\}")
_SENTENCE_START = re.compile(r"(?:^|[.!?:\n])\s*$")
_LINK = re.compile(r"https?:|www\.|\w/\w")


@dataclass(frozen=True, slots=True)
class Copy:
    """A reply, and what was known of its ticket by the placeholders' names: `{"requester.name": "Ines Duarte"}`."""

    body: str
    known: Mapping[str, str]


def draft_macro(copies: Sequence[Copy]) -> str:
    """The last copy's own words, with the people and numbers of its ticket taken out. At least two copies."""
    texts = [_with_placeholders(copy) for copy in copies[-COPIES_READ:]]
    base = _TOKEN.findall(texts[-1])
    differs = [False] * len(base)
    for text in texts[:-1]:
        for start, end in _differences(base, _TOKEN.findall(text)):
            differs[start:end] = [True] * (end - start)
    return "".join(_written(base, differs)).strip()


def _with_placeholders(copy: Copy) -> str:
    """Whole values before parts of them, so that a full name is not cut into a first name and a rest."""
    text = "\n".join(own_lines(copy.body)).strip().replace("{{", "{ {")
    for name, value in sorted(copy.known.items(), key=lambda item: -len(item[1])):
        if len(value) > 1:
            text = re.sub(rf"(?<![\w@{{.]){re.escape(value)}(?![\w@}}])", lambda _, name=name: f"{{{{{name}}}}}", text)  # type: ignore[misc]
    return text


def _differences(base: Sequence[str], other: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Places of `base` where the other says something else in its stead, and both hold a number, an address or a name."""
    for act, start, end, other_start, other_end in SequenceMatcher(None, base, other).get_opcodes():
        if act == "replace" and _may_vary(base, start, end) and _may_vary(other, other_start, other_end):
            yield start, end


def _may_vary(tokens: Sequence[str], start: int, end: int) -> bool:
    """A capital letter at the start of a sentence makes no name; what is a placeholder already needs no other."""
    return any(
        "@" in token
        or any(letter.isdigit() for letter in token)
        or (token[:1].isupper() and not _SENTENCE_START.search("".join(tokens[max(0, start + n - 3) : start + n])))
        for n, token in enumerate(tokens[start:end])
    )


def _written(base: Sequence[str], differs: Sequence[bool]) -> Iterator[str]:
    """The text again, each run of differing tokens as one placeholder."""
    at = 0
    while at < len(base):
        if not differs[at]:
            yield base[at]
            at += 1
            continue
        end = next((n for n in range(at, len(base)) if not differs[n] and not _joins(base, differs, n)), len(base))
        yield gap(_label(base, at, end))
        at = end


def _joins(base: Sequence[str], differs: Sequence[bool], at: int) -> bool:
    """A space or a comma between two places is part of both: "12 May 2026" is one place."""
    return not base[at].strip(" ,.-") and "\n" not in base[at] and at + 1 < len(base) and differs[at + 1]


def _label(base: Sequence[str], start: int, end: int) -> str:
    """What is to be filled in, with the word before it where that says which: "order number"."""
    text = "".join(base[start:end])
    kind = next((kind for kind, pattern in _KINDS if pattern.search(text)), "name")
    before = next((word for word in reversed(base[:start]) if word.strip(" #:") and word.strip()), "")
    says_which = kind in ("number", "name") and before.isalpha() and before.islower() and not is_small_word(before)
    return f"{before} {kind}" if says_which else kind


_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("e-mail", re.compile("@")),
    ("link", _LINK),
    ("amount", re.compile("[€$£]")),
    ("date", re.compile(r"\d{4}-\d\d|\d[./]\d+[./]\d|\d{1,2}\.? [^\W\d_]{3,9}|[^\W\d_]{3,9} \d{1,2}\b")),
    ("number", re.compile(r"\d")),
)
"""What a differing piece is called, by the first that it holds; anything else is a name."""
