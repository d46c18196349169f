"""Cursors: where a list goes on, as an opaque word in an address. A page deep in a list costs what the first one does."""

import base64
import binascii
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from kb.core.errors import Invalid
from kb.core.saying import say


class Cursor(NamedTuple):
    """The last row seen, by the two columns such lists are ordered by."""

    moment: datetime
    id: UUID


def write_cursor(cursor: Cursor) -> str:
    """The word that stands in the address."""
    return base64.urlsafe_b64encode(f"{cursor.moment.isoformat()}|{cursor.id}".encode()).decode().rstrip("=")


def read_cursor(word: str) -> Cursor | None:
    """The cursor of a word; None for an empty one. Raises `Invalid` for a word that we did not write."""
    if not word:
        return None
    try:
        moment, _, id_ = base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)).decode().partition("|")
        cursor = Cursor(datetime.fromisoformat(moment), UUID(id_))
    except (ValueError, binascii.Error) as error:
        raise Invalid(
            say("This page of the list does not exist."), {"cursor": say("use a cursor from an answer")}
        ) from error
    if cursor.moment.tzinfo is None:
        raise Invalid(say("This page of the list does not exist."), {"cursor": say("use a cursor from an answer")})
    return cursor


def write_place(name: str, number: int) -> str:
    """A cursor of a list that is read whole or by rank: the last item's name and how many came before."""
    return base64.urlsafe_b64encode(f"{number}|{name}".encode()).decode().rstrip("=")


def read_place(word: str) -> tuple[str, int]:
    """Name and number of a cursor that `write_place` wrote. Raises `Invalid` for any other word."""
    try:
        number, bar, name = base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)).decode().partition("|")
        if not bar or not 0 <= int(number) < 10**9:
            raise ValueError(word)
        return name, int(number)
    except (ValueError, binascii.Error) as error:
        raise Invalid(
            say("This page of the list does not exist."), {"cursor": say("use a cursor from an answer")}
        ) from error
