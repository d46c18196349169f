"""The one shape of lists in the API: `{"items": […], "next": "<where it goes on>"}`, read with `?cursor=` and `?limit=`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Generic, TypeVar
from uuid import UUID

from litestar.params import Parameter

from kb.core.cursors import Cursor, read_place, write_cursor, write_place
from kb.core.errors import Invalid
from kb.core.saying import say

R = TypeVar("R")
T = TypeVar("T")

MOST = 100
"""Rows of one answer: a page that renders in milliseconds and still needs few calls for much."""

CursorIn = Annotated[str, Parameter(description="The `next` of the answer before; nothing for the first page.")]
LimitIn = Annotated[int, Parameter(description=f"How many at most, 1 to {MOST}.")]


@dataclass(frozen=True, slots=True)
class Items(Generic[T]):
    """One page of a list. `next` is the `cursor` of the following page, null on the last one."""

    items: list[T]
    next: str | None


def check_limit(limit: int) -> int:
    """The limit, if a list can be asked for so many. Raises `Invalid` that names it."""
    if not 1 <= limit <= MOST:
        raise Invalid(say("This list does not exist."), {"limit": say("Ask for 1 to {most}.", most=MOST)})
    return limit


def items_of(rows: Sequence[R], next_cursor: str | None, out: Callable[[R], T]) -> Items[T]:
    """What a page of kb gives, in this shape."""
    return Items([out(row) for row in rows], next_cursor or None)


def page_of(
    rows: Sequence[R], out: Callable[[R], T], place: Callable[[R], tuple[datetime, UUID]], *, limit: int
) -> Items[T]:
    """One page of what was read with one row more than `limit`; `place` is what the rows are ordered by."""
    page = rows[:limit]
    following = write_cursor(Cursor(*place(page[-1]))) if len(rows) > limit else None
    return Items([out(row) for row in page], following)


def listed(rows: Sequence[T], name: Callable[[T], str], *, cursor: str, limit: int) -> Items[T]:
    """One page of a list that is read whole, as it is; see `part_of`."""
    return part_of(rows, lambda one: one, name, cursor=cursor, limit=limit)


def window_of(cursor: str, limit: int) -> tuple[int, int]:
    """What `part_of` has to be given of a list ordered by rank, as (offset, how many): as much around the cursor that rows which
    came before it meanwhile do not hide where it stood."""
    check_limit(limit)
    _, number = read_place(cursor) if cursor else ("", 0)
    offset = max(0, number - MOST)
    return offset, number - offset + limit + MOST


def part_of(
    rows: Sequence[R], out: Callable[[R], T], name: Callable[[R], str], *, cursor: str, limit: int, skipped: int = 0
) -> Items[T]:
    """One page of a list that kb gives whole and that is short by nature (categories, groups, kinds).

    `name` tells the rows apart: the page begins after the row named last, wherever that stands by now, and where it stood once it is gone.
    `skipped` counts the rows before the first of these.
    """
    check_limit(limit)
    start = _after(rows, name, cursor, skipped) if cursor else 0
    page = rows[start : start + limit]
    is_last = start + limit >= len(rows)
    return Items([out(row) for row in page], None if is_last else write_place(name(page[-1]), skipped + start + limit))


def _after(rows: Sequence[R], name: Callable[[R], str], cursor: str, skipped: int) -> int:
    last, number = read_place(cursor)
    found = next((at for at, row in enumerate(rows) if name(row) == last), None)
    return max(0, number - skipped) if found is None else found + 1
