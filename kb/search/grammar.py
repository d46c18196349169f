"""What may be typed into a search: words, "phrases", -words and operators. One table says it all: to the parser, to the help
shown beside the search, and to the tests.

The parser reads each character once and refuses nothing: what it does not know are words, what it cannot use becomes a note.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from string import ascii_letters, digits
from typing import Any

from kb.core.saying import say
from kb.ports.search_index import Within

_HANDLE = frozenset(ascii_letters + digits + "._-")

_CHOICES: dict[str, tuple[str, str | bool]] = {
    "solved": ("state", "solved"),
    "unsolved": ("state", "unsolved"),
    "unanswered": ("state", "unanswered"),
    "mine": ("mine", True),
    "topics": ("kind", "topic"),
    "articles": ("kind", "article"),
    "tickets": ("kind", "ticket"),
}
"""What may follow `in:` and `is:`, with the limit each sets."""

LANGUAGE_LETTERS = 2
"""Of a code of ISO 639-1."""

_CHOICE = say("one of {known}", known=", ".join(_CHOICES))


@dataclass(frozen=True, slots=True)
class Operator:
    """One line of the help. `example` can be typed as it stands."""

    name: str
    example: str
    means: str
    wants: str = ""


OPERATORS: tuple[Operator, ...] = (
    Operator('"', '"sent twice"', say("these words next to each other, in this order")),
    Operator("-", "-invoice", say("without this word; -\"sent twice\" without this phrase")),
    Operator("in:", "in:solved", say("only topics with an accepted answer; also in:unsolved, in:unanswered, in:mine, in:topics,"
             " in:articles and, for agents, in:tickets"), _CHOICE),
    Operator("is:", "is:unanswered", say("the same as in:, for those who say it so"),
             _CHOICE),
    Operator("space:", "space:billing", say("only this space, by the name in its address"), say("a space's name, like space:billing")),
    Operator("tag:", "tag:export", say("only topics with this tag, or with one it is also called"),
             say("a tag's name, like tag:export")),
    Operator("lang:", "lang:de", say("only what is asked in this language, by its two letters"),
             say("two letters of a language, like lang:de")),
    Operator("@", "@anna", say("only what this member asked, answered or wrote")),
    Operator("after:", "after:2026-05-01", say("asked on this day or later; a year or a month will do"), say("a date like 2026-05-01")),
    Operator("before:", "before:2026-05", say("asked before this day, month or year"), say("a date like 2026-05-01")),
)  # fmt: skip
"""Shown in this order."""

_WANTS = {operator.name: operator.wants for operator in OPERATORS if operator.wants}


@dataclass(frozen=True, slots=True)
class Query:
    """A search, read. `str()` writes it in one settled form that reads back to the same query.

    `notes` tell what could not be used; they are for the reader and no part of what the query is.
    """

    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    within: Within = field(default_factory=Within)
    notes: tuple[str, ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        """The settled form: words, phrases, what is taken away, operators."""
        parts = [*self.words, *(f'"{phrase}"' for phrase in self.phrases)]
        parts += [f"-{_quoted(one)}" for one in self.without]
        return " ".join([*parts, *_written(self.within)])

    @property
    def text(self) -> str:
        """The words and phrases alone, as meaning is asked for."""
        return " ".join([*self.words, *self.phrases])

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed that could find or leave out anything."""
        return not str(self)

    def narrowed(self, **limits: Any) -> "Query":
        """The same words within other limits: what a facet's link leads to."""
        return replace(self, within=replace(self.within, **limits))


def parse(text: str) -> Query:
    """Read what was typed. Never raises; the last of two values for one operator counts."""
    words: list[str] = []
    phrases: list[str] = []
    without: list[str] = []
    notes: list[str] = []
    limits: dict[str, Any] = {}
    for token in _tokens(_clean(text)):
        if token.operator and not token.is_taken_away:
            notes.append(_limit(limits, token))
        elif said := token.operator + token.value:
            kept = without if token.is_taken_away else phrases if token.is_phrase else words
            kept.append(said)
    return Query(
        tuple(words), tuple(phrases), tuple(without), Within(**limits), tuple(dict.fromkeys(filter(None, notes)))
    )


@dataclass(frozen=True, slots=True)
class _Token:
    """One stretch of what was typed. `operator` is "" for words and phrases."""

    value: str
    operator: str
    is_phrase: bool
    is_taken_away: bool


def _tokens(text: str) -> Iterator[_Token]:
    """From left to right, each character looked at once. A quote that is not closed reaches to the end."""
    at, end_of_text = 0, len(text)
    while at < end_of_text:
        if text[at].isspace():
            at += 1
            continue
        is_away = text[at] == "-"
        start = end = at + is_away
        while end < end_of_text and text[end] != '"' and not text[end].isspace():
            end += 1
        plain = text[start:end]
        if text[end : end + 1] == '"' and (not plain or plain.casefold() in _WANTS):
            close = text.find('"', end + 1)
            close = end_of_text if close < 0 else close
            yield _Token(" ".join(text[end + 1 : close].split()), plain.casefold(), True, is_away)
            at = close + 1
        else:
            yield _read(plain, is_away)
            at = end


def _read(plain: str, is_away: bool) -> _Token:
    name, colon, value = plain.partition(":")
    if not is_away and colon and name.casefold() + colon in _WANTS:
        return _Token(value, name.casefold() + colon, False, False)
    handle = plain[1:].rstrip(".")
    if not is_away and plain.startswith("@") and handle and _HANDLE.issuperset(handle):
        return _Token(handle, "@", False, False)
    return _Token(plain, "", False, is_away)


def _limit(limits: dict[str, Any], token: _Token) -> str:
    """Note the limit an operator sets; returns what is wrong with it, "" when nothing is."""
    value = token.value.casefold()
    if token.operator == "@":
        limits["author"] = value
    elif token.operator in {"in:", "is:"} and value in _CHOICES:
        name, choice = _CHOICES[value]
        limits[name] = choice
    elif token.operator in {"after:", "before:"} and (day := _read_day(value)):
        limits[token.operator.removesuffix(":")] = day
    elif token.operator == "lang:" and value.isascii() and value.isalpha() and len(value) == LANGUAGE_LETTERS:
        limits["language"] = value
    elif token.operator in {"space:", "tag:"} and value:
        limits[token.operator.removesuffix(":")] = value
    else:
        return say("{operator} wants {what}.", operator=token.operator, what=_WANTS[token.operator])
    return ""


def _read_day(value: str) -> date | None:
    """The first day of what was written: a day, a month or a year."""
    if not value.isascii() or len(value) not in {4, 7, 10}:
        return None
    try:
        return date.fromisoformat(value + "-01-01"[len(value) - 4 :] if len(value) < 10 else value)
    except ValueError:
        return None


def _written(within: Within) -> Iterator[str]:
    """The operators that set these limits."""
    for said, (name, choice) in _CHOICES.items():
        if getattr(within, name) == choice:
            yield f"in:{said}"
    named = (
        ("space:", _quoted(within.space)),
        ("tag:", _quoted(within.tag)),
        ("lang:", within.language),
        ("@", within.author),
    )
    yield from (operator + value for operator, value in named if value)
    for name in ("after", "before"):
        if day := getattr(within, name):
            yield f"{name}:{day.isoformat()}"


def _quoted(text: str) -> str:
    return f'"{text}"' if any(character.isspace() for character in text) else text


def _clean(text: str) -> str:
    """Without what the database cannot hold."""
    return text.replace("\x00", " ").encode("utf-8", "ignore").decode()
