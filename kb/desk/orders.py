"""In what order tickets stand, and where a page of them goes on."""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kb.core.arguments import Arguments
from kb.core.errors import Invalid
from kb.core.saying import say
from kb.desk.grammar import TicketFilter

_NEVER = "'9999-01-01+00'::timestamptz"


@dataclass(frozen=True, slots=True)
class Order:
    """Columns as (expression, type), all ascending or all descending; the last is the ticket's id, so that no two are alike."""

    columns: tuple[tuple[str, str], ...]
    is_descending: bool = False

    @property
    def by(self) -> str:
        """Ready to stand after `order by`."""
        return ", ".join(f"{expression}{' desc' if self.is_descending else ''}" for expression, _ in self.columns)

    @property
    def selected(self) -> str:
        """The values of a row, as columns k0, k1 …"""
        return ", ".join(f"{expression} as k{n}" for n, (expression, _) in enumerate(self.columns))

    def past(self, keys: tuple[Any, ...], args: Arguments) -> str:
        """The condition for what stands behind a row of these values."""
        places = ", ".join(f"{args.place(key)}::{type_}" for key, (_, type_) in zip(keys, self.columns, strict=True))
        expressions = ", ".join(expression for expression, _ in self.columns)
        return f"({expressions}) {'<' if self.is_descending else '>'} ({places})"


_ID = ("t.id", "uuid")

LATE = "case when t.due_at <= {as_of} then 0 else 1 end"

ORDERS: dict[str, Order] = {
    "urgent": Order(((LATE, "int"), ("-t.priority_rank", "int"), ("t.waiting_since", "timestamptz"), _ID)),
    "latest": Order((("t.last_message_at", "timestamptz"), _ID), is_descending=True),
    "oldest": Order((("t.created_at", "timestamptz"), _ID)),
    "due": Order(((f"coalesce(t.due_at, {_NEVER})", "timestamptz"), _ID)),
    "wakes": Order(((f"coalesce(t.snoozed_until, {_NEVER})", "timestamptz"), _ID)),
}
"""Urgent: overdue first, then by priority, then who has waited longest. `{as_of}` is the moment the first page was read at."""


def order_name(filter_: TicketFilter) -> str:
    """What was asked for; else the latest word first among the solved, the urgent first among the others."""
    return filter_.sort or ("latest" if filter_.state in {"solved", "any"} else "urgent")


def order_of(filter_: TicketFilter, as_of: str) -> Order:
    """`as_of` is what stands for that moment in the statement."""
    order = ORDERS[order_name(filter_)]
    columns = tuple((expression.replace("{as_of}", as_of), type_) for expression, type_ in order.columns)
    return Order(columns, order.is_descending)


@dataclass(frozen=True, slots=True)
class Place:
    """The last row seen. All pages of one walk agree on what is overdue: as it was when the first was read."""

    as_of: datetime
    keys: tuple[Any, ...]


_WRITE: dict[str, Callable[[Any], str]] = {
    "int": str,
    "timestamptz": lambda moment: str(moment.isoformat()),
    "uuid": str,
}


def write_place(name: str, place: Place) -> str:
    """The word that stands in an address; `name` is the order's."""
    types = [type_ for _, type_ in ORDERS[name].columns]
    keys = [_WRITE[type_](key) for type_, key in zip(types, place.keys, strict=True)]
    return base64.urlsafe_b64encode("|".join([name, place.as_of.isoformat(), *keys]).encode()).decode().rstrip("=")


def read_place(word: str, name: str) -> Place | None:
    """None for an empty word. Raises `Invalid` naming `cursor` for one we did not write, or wrote for another order."""
    if not word:
        return None
    try:
        said, as_of, *keys = base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)).decode().split("|")
        if said != name:
            raise ValueError(said)
        types = [type_ for _, type_ in ORDERS[name].columns]
        read = tuple(_READ[type_](key) for type_, key in zip(types, keys, strict=True))
        return Place(_moment(as_of), read)
    except (ValueError, binascii.Error) as error:
        raise Invalid(
            say("This page of the list does not exist."), {"cursor": say("use a cursor from an answer")}
        ) from error


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment


def _small(text: str) -> int:
    number = int(text)
    if abs(number) > 100:
        raise ValueError(text)
    return number


_READ: dict[str, Callable[[str], Any]] = {"int": _small, "timestamptz": _moment, "uuid": UUID}
