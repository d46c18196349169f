"""Reading macros: for agents alone, and all of them for each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from kb.core.actor import Actor
from kb.core.database import fetch_all, fetch_one
from kb.core.errors import NotFound
from kb.core.permissions import Permission
from kb.macros.placeholders import Filled, fill_in
from kb.macros.rules import clean_name
from kb.macros.writing import MISSING
from kb.tickets.acting import Acts

MOST = 500
"""Macros of one list. A desk with more has long stopped reading them."""

WORDS = 8
"""Words that are looked for; nobody types more to find a name."""


@dataclass(frozen=True, slots=True)
class MacroView:
    """A macro. `body` is Markdown with placeholders; `acts` are what its reply does with the ticket, `team` names that of them."""

    id: UUID
    name: str
    body: str
    revision: int
    author: str
    created_at: datetime
    updated_at: datetime
    is_archived: bool
    acts: Acts
    team: str


_MACRO = (
    "select m.id, m.name, m.body, m.revision, coalesce(p.name, '') as author, m.created_at, m.updated_at,"
    " m.archived_at is not null as is_archived, m.takes, m.team_id, m.priority, m.tags, m.solves, coalesce(e.name, '') as team"
    " from macro m left join person p on p.id = m.author_id left join team e on e.id = m.team_id"
)
_ACTS = ("takes", "team_id", "priority", "tags", "solves")


@dataclass(frozen=True, slots=True)
class MacroName:
    """What a macro is chosen by."""

    id: UUID
    name: str


async def list_macros(actor: Actor, *, words: str = "", archived: bool = False, limit: int = MOST) -> list[MacroView]:
    """Those on offer, or those archived, whose name or text holds every one of the words in any case of letters.

    Names that begin with what was typed come first, then names that hold it, then the others; each by name.
    """
    actor.require(Permission.TICKET_ANSWER)
    typed = " ".join(clean_name(words).lower().split()[:WORDS])
    rows = await fetch_all(
        f"{_MACRO} where (m.archived_at is not null) = $1 and not exists"
        " (select from unnest($2::text[]) word where strpos(lower(m.name || ' ' || m.body), word) = 0)"
        " order by starts_with(lower(m.name), $3) desc, strpos(lower(m.name), $3) > 0 desc, lower(m.name), m.id limit $4",
        archived,
        typed.split(),
        typed,
        limit,
    )
    return [_view(row) for row in rows]


async def get_offered_macro(actor: Actor, macro_id: UUID) -> MacroView:
    """One to put into a reply. Raises `NotFound` for what was archived, too."""
    macro = await get_macro(actor, macro_id)
    if macro.is_archived:
        raise NotFound(MISSING)
    return macro


async def get_macro(actor: Actor, macro_id: UUID) -> MacroView:
    """One macro, archived or not. Raises `NotFound`."""
    actor.require(Permission.TICKET_ANSWER)
    row = await fetch_one(f"{_MACRO} where m.id = $1", macro_id)
    if row is None:
        raise NotFound(MISSING)
    return _view(row)


def fill(macro: MacroView, values: Mapping[str, str]) -> Filled:
    """The reply with every placeholder filled in that `values` know; see `rules.PLACEHOLDERS`."""
    return fill_in(macro.body, values)


def _view(row: asyncpg.Record) -> MacroView:
    plain: dict[str, Any] = {name: value for name, value in row.items() if name not in _ACTS}
    takes, team_id, priority, tags, solves = (row[name] for name in _ACTS)
    return MacroView(**plain, acts=Acts(takes, team_id, priority, tuple(tags), solves))
