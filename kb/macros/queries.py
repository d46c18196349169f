"""Reading macros: for agents alone, and all of them for each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import fetch_all, fetch_one
from kb.core.errors import NotFound
from kb.core.permissions import Permission
from kb.macros.placeholders import Filled, fill_in
from kb.macros.writing import MISSING


@dataclass(frozen=True, slots=True)
class MacroView:
    """A macro. `body` is Markdown with placeholders."""

    id: UUID
    name: str
    body: str
    revision: int
    author: str
    created_at: datetime
    updated_at: datetime
    is_archived: bool


_MACRO = (
    "select m.id, m.name, m.body, m.revision, coalesce(p.name, '') as author, m.created_at, m.updated_at,"
    " m.archived_at is not null as is_archived from macro m left join person p on p.id = m.author_id"
)


async def list_macros(actor: Actor, *, archived: bool = False, limit: int = 500) -> list[MacroView]:
    """Those on offer, or those archived, by name."""
    actor.require(Permission.TICKET_ANSWER)
    rows = await fetch_all(
        f"{_MACRO} where (m.archived_at is not null) = $1 order by lower(m.name), m.id limit $2", archived, limit
    )
    return [MacroView(**row) for row in rows]


async def get_macro(actor: Actor, macro_id: UUID) -> MacroView:
    """One macro, archived or not. Raises `NotFound`."""
    actor.require(Permission.TICKET_ANSWER)
    row = await fetch_one(f"{_MACRO} where m.id = $1", macro_id)
    if row is None:
        raise NotFound(MISSING)
    return MacroView(**row)


def fill(macro: MacroView, values: Mapping[str, str]) -> Filled:
    """The reply with every placeholder filled in that `values` know; see `rules.PLACEHOLDERS`."""
    return fill_in(macro.body, values)
