"""Reading duplicates: those whose both sides the actor may read, and no others."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kb.clusters.duplicates.access import MISSING
from kb.core.actor import Actor
from kb.core.database import fetch_all
from kb.core.errors import Invalid, NotFound
from kb.core.saying import say
from kb.forum.access import readers
from kb.tickets.access import may_answer

STATES = ("marked", "confirmed", "contested", "undone")


@dataclass(frozen=True, slots=True)
class DuplicateView:
    """A duplicate as people see it. `marks` counts who said so; `in_force`: the alias leads to the original just now."""

    id: UUID
    state: str
    in_force: bool
    alias_kind: str
    alias_number: int
    alias_title: str
    original_kind: str
    original_number: int
    original_title: str
    reason: str
    evidence: str
    contest_reason: str
    undo_reason: str
    marks: int
    created_at: datetime

    @property
    def alias_path(self) -> str:
        """Leads to the duplicate."""
        return side_path(self.alias_kind, self.alias_number)

    @property
    def original_path(self) -> str:
        """Leads to the original."""
        return side_path(self.original_kind, self.original_number)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is said of one topic and was not undone: whether people mark it, its asker objects, or it leads to the original.

    `is_mine`: the reader is among those who marked it.
    """

    id: UUID
    state: str
    in_force: bool
    original_kind: str
    original_number: int
    original_title: str
    contest_reason: str
    marks: int
    is_mine: bool

    @property
    def original_path(self) -> str:
        """Leads to the original."""
        return side_path(self.original_kind, self.original_number)


def side_path(kind: str, number: int) -> str:
    """The short address of a topic or ticket."""
    return f"/{'t' if kind == 'topic' else 'tickets'}/{number}"


def readable_side(name: str) -> str:
    """The side's number and title where the actor may read it; no row otherwise. $1 to $4 are `readers`, person, `may_answer`."""
    return (
        " cross join lateral ("
        "   select t.number, t.title from topic t join space s on s.id = t.space_id"
        f"   where d.{name}_kind = 'topic' and t.id = d.{name}_id and s.visibility = any($1) and (t.hidden_at is null or $2)"
        f"   union all select k.number, k.subject from ticket k where d.{name}_kind = 'ticket' and k.id = d.{name}_id"
        f"   and (k.requester_id = $3 or $4)) {name}"
    )


_SELECT = (
    "select d.id, d.state, d.in_force, d.alias_kind, alias.number as alias_number, alias.title as alias_title,"
    " d.original_kind, original.number as original_number, original.title as original_title, d.reason, d.evidence,"
    " d.contest_reason, d.undo_reason, d.created_at,"
    " (select count(*) from duplicate_mark m where m.duplicate_id = d.id) as marks"
    f" from duplicate d{readable_side('alias')}{readable_side('original')}"
)


async def list_duplicates(actor: Actor, *, state: str = "", limit: int = 50, offset: int = 0) -> list[DuplicateView]:
    """Newest first, of one state or all. Raises `Invalid` for a state there is not."""
    if state and state not in STATES:
        raise Invalid(say("There is no such state."), {"only": say("one of {known}", known=", ".join(STATES))})
    sql = f"{_SELECT} where $5 in ('', d.state) order by d.id desc limit $6 offset $7"
    rows = await fetch_all(sql, *readers(actor), actor.person_id, may_answer(actor), state, limit, offset)
    return [DuplicateView(**row) for row in rows]


async def get_duplicate(actor: Actor, duplicate_id: UUID) -> DuplicateView:
    """One. Raises `NotFound` where there is none that the actor may read."""
    rows = await fetch_all(
        f"{_SELECT} where d.id = $5", *readers(actor), actor.person_id, may_answer(actor), duplicate_id
    )
    if not rows:
        raise NotFound(MISSING)
    return DuplicateView(**rows[0])


async def list_standing(actor: Actor, topic_id: UUID) -> list[Standing]:
    """What is said of the topic: what is in force first, then what most people say."""
    rows = await fetch_all(
        "select d.id, d.state, d.in_force, d.original_kind, original.number as original_number, original.title as original_title,"
        " d.contest_reason, m.marks, m.is_mine"
        f" from duplicate d{readable_side('alias')}{readable_side('original')} cross join lateral"
        " (select count(*)::int as marks, coalesce(bool_or(m.person_id = $3), false) as is_mine"
        "   from duplicate_mark m where m.duplicate_id = d.id) m"
        " where d.alias_kind = 'topic' and d.alias_id = $5 and d.state <> 'undone' order by d.in_force desc, m.marks desc, d.id",
        *readers(actor),
        actor.person_id,
        may_answer(actor),
        topic_id,
    )
    return [Standing(**{**row, "contest_reason": row["contest_reason"] or ""}) for row in rows]
