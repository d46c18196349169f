"""A text as its passages: paragraphs, steps of a list, blocks of code, each as it stands. Pure.

A passage is known by its words, so that it is found again in a later revision whatever was changed around it.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from kb.text.cleaning import normalise

_PARSER: Final = MarkdownIt("commonmark", {"html": False}).enable("table").disable(["html_block", "reference"])
_WORD = re.compile(r"\w+")
_MARKER = re.compile(r"\s{0,3}(?:\d{1,4}[.)]|[-*+])\s+")
NEGATIONS: Final = frozenset(
    """
    no not never none cannot without t nicht kein keine keinen nie ohne ne pas jamais sans sin nunca não nem non mai لا لم ليس
    """.split()  # noqa: SIM905 - as in stopwords.py
)
"""Words of which one more or less says the opposite, in the languages people write in; `t` is what is left of "don't" among words."""

SAME_WORDS = 0.8
"""Share of words, of both together, from which on two passages say the same. Two agents' wordings of one step share nine of ten,
"reset your password" and "reset your 2FA device" six (tests/kb/answers/test_gathering.py holds the pairs)."""

LEAST_WORDS = 4
"""Shorter passages are the same only word for word: of three words a third is too much to differ in."""


@dataclass(frozen=True, slots=True)
class Passage:
    """`listed` numbers the list an item belongs to within its text, 0 outside lists; `is_heading` claims nothing by itself."""

    text: str
    listed: int = 0
    is_heading: bool = False


def split_passages(source: str) -> list[Passage]:
    """Every line of the Markdown, in order, in exactly one passage; blank lines between them are left out."""
    lines = source.splitlines()
    passages: list[Passage] = []
    done = lists = 0
    for token in _PARSER.parse(source):
        if token.map is None or not _is_passage(token) or token.map[0] < done:
            lists += token.type in _LISTS and token.level == 0
            continue
        start, end = token.map
        passages += _passage(lines[done:start])
        listed = lists if token.type == "list_item_open" else 0
        passages += _passage(lines[start:end], listed=listed, is_heading=token.type == "heading_open")
        done = end
    return passages + _passage(lines[done:])


_LISTS = ("bullet_list_open", "ordered_list_open")


def _is_passage(token: Token) -> bool:
    """A block of its own, or an item of a list that stands by itself."""
    if token.type == "list_item_open":
        return token.level == 1
    return token.level == 0 and token.type not in _LISTS


def _passage(lines: Sequence[str], *, listed: int = 0, is_heading: bool = False) -> list[Passage]:
    text = "\n".join(lines).strip("\n").rstrip()
    return [Passage(text, listed, is_heading)] if text.strip() else []


def join_passages(passages: Sequence[Passage]) -> str:
    """The Markdown again: items of one list below each other, everything else apart."""
    parts: list[str] = []
    for at, passage in enumerate(passages):
        if at:
            parts.append("\n" if passage.listed and passage.listed == passages[at - 1].listed else "\n\n")
        parts.append(passage.text)
    return "".join(parts)


def passage_key(text: str) -> bytes:
    """Equal for passages that differ in spacing, case, number or marks of Markdown alone; empty for one without words."""
    words = _words(text)
    return hashlib.sha256(" ".join(words).encode()).digest() if words else b""


def say_the_same(one: str, other: str) -> bool:
    """Whether two passages claim the same in nearly the same words. Numbers and negations must agree: 4.1 is not 4.2."""
    mine, theirs = _words(one), _words(other)
    if min(len(mine), len(theirs)) < LEAST_WORDS:
        return mine == theirs
    if _telling(mine) != _telling(theirs):
        return False
    shared, both = set(mine) & set(theirs), set(mine) | set(theirs)
    return len(shared) >= SAME_WORDS * len(both)


def _words(text: str) -> list[str]:
    return _WORD.findall(normalise(_MARKER.sub("", text, count=1) if _MARKER.match(text) else text))


def _telling(words: Sequence[str]) -> set[str]:
    """Words of which one is enough to say something else."""
    return {word for word in words if word in NEGATIONS or any(character.isdigit() for character in word)}
