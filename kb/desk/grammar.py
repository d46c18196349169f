"""What tickets can be filtered by: `is:open priority:high,urgent tag:billing assignee:me older:2d refund`. One table says it all: to the
parser, to the help beside the filter, to the tests. Every view of the desk is such a filter with a name.

The parser reads each character once and refuses nothing: what it does not know are words, what it cannot use becomes a note.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from kb.core.saying import say
from kb.tickets.rules import CHANNELS, PRIORITIES, Priority, read_tag

Sort = Literal["", "urgent", "latest", "oldest", "due", "wakes"]
SORTS: tuple[Sort, ...] = ("urgent", "latest", "oldest", "due", "wakes")
STATES = ("open", "waiting", "solved", "any")
SIDES = ("overdue", "snoozed", "problem", "incident")

MOST = 500
"""Characters of a filter that are read."""

HOURS = {"h": 1, "d": 24, "w": 7 * 24}
LONGEST_AGE = 10 * 365 * 24
"""Hours. Nothing on a desk is older than ten years."""


@dataclass(frozen=True, slots=True)
class Operator:
    """One line of the help. `example` can be typed as it stands."""

    name: str
    example: str
    means: str
    wants: str


OPERATORS: tuple[Operator, ...] = (
    Operator("is:", "is:open", say("open: our turn; waiting: the customer's; solved; any; overdue, snoozed, problem, incident. -is:snoozed"
             " leaves those out"), say("one of {known}", known=", ".join((*STATES, *SIDES)))),
    Operator("priority:", "priority:high,urgent", say("one of these priorities"), say("one of {known}", known=", ".join(PRIORITIES))),
    Operator("tag:", "tag:billing", say("with this tag of the desk; -tag:billing without it"), say("a tag, like tag:billing")),
    Operator("team:", "team:mine", say("of a team by its name, of one of mine, or of none"), say("mine, none, or a team's name")),
    Operator("assignee:", "assignee:me", say("taken by me, by nobody (none), or by the agent of this name"), say("me, none, or a name")),
    Operator("from:", "from:ines@example.com", say("asked by this person: a mail address or a part of their or their company's name"),
             say("a mail address or a name")),
    Operator("channel:", "channel:email", say("come by this channel"), say("one of {known}", known=", ".join(CHANNELS))),
    Operator("older:", "older:2d", say("opened longer ago than that; hours 4h, days 2d, weeks 1w"), say("a length like 4h, 2d or 1w")),
    Operator("newer:", "newer:1w", say("opened within that time"), say("a length like 4h, 2d or 1w")),
    Operator("sort:", "sort:latest", say("urgent first, as always; latest word first; oldest first; by when it is due; by when it wakes"),
             say("one of {known}", known=", ".join(SORTS))),
)  # fmt: skip
"""Shown in this order."""

_WANTS = {operator.name: operator.wants for operator in OPERATORS}


@dataclass(frozen=True, slots=True)
class TicketFilter:
    """A filter, read. Without a `state` it means all that are not solved. `sides` are pairs of overdue, snoozed … and whether they are
    wanted; ages are in hours; `words` stand as typed, phrases in their quotes, and may begin with "-".

    `str()` writes it in one settled form that reads back to the same filter. `notes` tell what could not be used.
    """

    state: str = ""
    sides: tuple[tuple[str, bool], ...] = ()
    priorities: tuple[Priority, ...] = ()
    tags: tuple[str, ...] = ()
    without_tags: tuple[str, ...] = ()
    team: str = ""
    assignee: str = ""
    requester: str = ""
    channel: str = ""
    older: int = 0
    newer: int = 0
    sort: Sort = ""
    words: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        """The settled form: operators, then words."""
        parts = [f"is:{self.state}"] if self.state else []
        parts += [f"{'' if wanted else '-'}is:{side}" for side, wanted in self.sides]
        parts += [f"priority:{','.join(self.priorities)}"] if self.priorities else []
        parts += [f"tag:{tag}" for tag in self.tags] + [f"-tag:{tag}" for tag in self.without_tags]
        named = (("team", self.team), ("assignee", self.assignee), ("from", self.requester), ("channel", self.channel))
        parts += [f"{name}:{_quoted(value)}" for name, value in named if value]
        parts += [f"{name}:{_age(hours)}" for name, hours in (("older", self.older), ("newer", self.newer)) if hours]
        parts += [f"sort:{self.sort}"] if self.sort else []
        return " ".join([*parts, *self.words])

    @property
    def text(self) -> str:
        """The words that must stand there, as a search understands them."""
        return " ".join(word for word in self.words if not word.startswith("-"))

    @property
    def without(self) -> tuple[str, ...]:
        """Words and phrases that must not."""
        return tuple(word.lstrip("-") for word in self.words if word.startswith("-"))

    def wants(self, side: str) -> bool | None:
        """Whether overdue, snoozed … ones are wanted; None where nothing was said."""
        return dict(self.sides).get(side)


def parse_filter(text: str) -> TicketFilter:
    """Read what was typed. Never raises; the last of two values for one operator counts, and tags add up."""
    found, notes = TicketFilter(), []
    for token in _tokens(_clean(text)):
        if token.operator not in _WANTS:
            found = replace(found, words=(*found.words, token.written))
            continue
        changed = _READ[token.operator](found, token)
        if changed is None:
            notes.append(say("{operator} wants {what}.", operator=token.operator, what=_WANTS[token.operator]))
        found = changed or found
    return replace(found, notes=tuple(dict.fromkeys(notes)))


@dataclass(frozen=True, slots=True)
class _Token:
    """One stretch of what was typed. `operator` is "" for words; `written` is how a word is kept."""

    operator: str
    value: str
    is_away: bool
    written: str


def _tokens(text: str) -> Iterator[_Token]:
    """From left to right, each character looked at once. A quote that is not closed reaches to the end."""
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        is_away = text[at] == "-"
        start = end = at + is_away
        while end < len(text) and text[end] != '"' and not text[end].isspace():
            end += 1
        plain, quoted = text[start:end], ""
        if is_phrase := text[end : end + 1] == '"' and (not plain or plain.casefold() in _WANTS):
            close = text.find('"', end + 1)
            close = len(text) if close < 0 else close
            quoted, end = " ".join(text[end + 1 : close].split()), close + 1
        if token := _token(plain, quoted, is_away=is_away, is_phrase=is_phrase):
            yield token
        at = end


def _token(plain: str, quoted: str, *, is_away: bool, is_phrase: bool) -> _Token | None:
    name, colon, value = plain.partition(":")
    operator = name.casefold() + colon
    if operator in _WANTS and (not is_away or operator in {"is:", "tag:"}):
        return _Token(operator, value + quoted, is_away, "")
    said = f'"{plain}{quoted}"' if is_phrase else plain
    return _Token("", "", is_away, "-" * is_away + said) if said.strip('"') else None


Reader = Callable[[TicketFilter, _Token], TicketFilter | None]
"""Gives the filter with what the token says, None where it says nothing of use."""


def _read_is(was: TicketFilter, token: _Token) -> TicketFilter | None:
    value = token.value.casefold()
    if value in SIDES:
        sides = {**dict(was.sides), value: not token.is_away}
        return replace(was, sides=tuple(sorted(sides.items())))
    return replace(was, state=value) if value in STATES and not token.is_away else None


def _read_priority(was: TicketFilter, token: _Token) -> TicketFilter | None:
    named = set(filter(None, token.value.casefold().split(",")))
    if not named or not named <= set(PRIORITIES):
        return None
    return replace(was, priorities=tuple(one for one in PRIORITIES if one in named))


def _read_tag(was: TicketFilter, token: _Token) -> TicketFilter | None:
    tag = read_tag(token.value)
    if not tag:
        return None
    if token.is_away:
        return replace(was, without_tags=tuple(dict.fromkeys((*was.without_tags, tag))))
    return replace(was, tags=tuple(dict.fromkeys((*was.tags, tag))))


def _naming(name: str) -> Reader:
    def read(was: TicketFilter, token: _Token) -> TicketFilter | None:
        changes: dict[str, Any] = {name: " ".join(token.value.lower().split())}
        return replace(was, **changes) if changes[name] else None

    return read


def _choosing(name: str, choices: tuple[str, ...]) -> Reader:
    def read(was: TicketFilter, token: _Token) -> TicketFilter | None:
        changes: dict[str, Any] = {name: token.value.casefold()}
        return replace(was, **changes) if changes[name] in choices else None

    return read


def _aging(name: str) -> Reader:
    def read(was: TicketFilter, token: _Token) -> TicketFilter | None:
        number, unit = token.value[:-1], token.value[-1:].casefold()
        if unit not in HOURS or not number.isascii() or not number.isdecimal() or len(number) > 5:
            return None
        changes: dict[str, Any] = {name: int(number) * HOURS[unit]}
        return replace(was, **changes) if 0 < changes[name] <= LONGEST_AGE else None

    return read


_READ: dict[str, Reader] = {
    "is:": _read_is,
    "priority:": _read_priority,
    "tag:": _read_tag,
    "team:": _naming("team"),
    "assignee:": _naming("assignee"),
    "from:": _naming("requester"),
    "channel:": _choosing("channel", CHANNELS),
    "older:": _aging("older"),
    "newer:": _aging("newer"),
    "sort:": _choosing("sort", SORTS),
}


def _age(hours: int) -> str:
    """In the largest unit that says it exactly."""
    unit = next(unit for unit in ("w", "d", "h") if hours % HOURS[unit] == 0)
    return f"{hours // HOURS[unit]}{unit}"


def _quoted(text: str) -> str:
    return f'"{text}"' if any(character.isspace() for character in text) else text


def _clean(text: str) -> str:
    """Without what the database cannot hold."""
    return text[:MOST].replace("\x00", " ").encode("utf-8", "ignore").decode()
