"""Reading what staff noted and decided about a person: all of it for moderators, one's own (but for notes) for oneself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.database import fetch_all, fetch_one
from kb.core.errors import NotFound, NotSignedIn
from kb.core.permissions import Permission
from kb.core.policy import Role, outranks
from kb.core.saying import Said, say

SHOWN = 100
"""Newest sanctions listed of one person."""


class SanctionKind(StrEnum):
    """From the mildest: a note is read by staff alone."""

    NOTE = "note"
    WARNING = "warning"
    SILENCE = "silence"
    SUSPENSION = "suspension"


@dataclass(frozen=True, slots=True)
class Sanction:
    """What was noted or decided. `made_by` is "" for the product itself; `ends_at` None is no end, or nothing to end."""

    id: UUID
    person_id: UUID
    kind: SanctionKind
    reason: str
    made_by: str
    made_at: datetime
    ends_at: datetime | None
    acknowledged_at: datetime | None
    undone_by: str
    undone_at: datetime | None

    @property
    def is_in_force(self) -> bool:
        """Whether it still means something: not undone, not over, and of a warning not acknowledged."""
        is_over = self.ends_at is not None and self.ends_at <= now()
        return self.undone_at is None and not is_over and self.acknowledged_at is None


@dataclass(frozen=True, slots=True)
class SanctionedPerson:
    """Whom it is about, as moderators may know them, with the newest first."""

    id: UUID
    name: str
    username: str | None
    role: Role
    created_at: datetime
    sanctions: list[Sanction]
    may_be_sanctioned: bool

    @property
    def notes(self) -> list[Sanction]:
        """Notes that were not taken back."""
        return [one for one in self.sanctions if one.kind == SanctionKind.NOTE and one.undone_at is None]


_LINES = (
    "select s.id, s.person_id, s.kind, s.reason, coalesce(m.name, '') as made_by, s.made_at, s.ends_at,"
    " s.acknowledged_at, coalesce(u.name, '') as undone_by, s.undone_at from sanction s"
    " left join person m on m.id = s.made_by left join person u on u.id = s.undone_by"
    " where s.person_id = $1"
)


async def get_sanctioned_person(actor: Actor, person_id: UUID) -> SanctionedPerson:
    """A person with everything staff noted and decided about them, in two statements."""
    actor.require(Permission.PERSON_SANCTION)
    row = await fetch_one("select id, name, username, role, created_at from person where id = $1", person_id)
    if row is None:
        raise NotFound(say("There is no such person."))
    found = await fetch_all(f"{_LINES} order by s.made_at desc, s.id desc limit $2", person_id, SHOWN)
    role = Role(row["role"])
    may = outranks(actor.role, role) and person_id != actor.person_id
    return SanctionedPerson(**{**row, "role": role}, sanctions=[_sanction(one) for one in found], may_be_sanctioned=may)


async def list_own_sanctions(actor: Actor) -> list[Sanction]:
    """What was decided about oneself and not taken back; notes are staff's, and who decided stays with them."""
    if actor.person_id is None:
        raise NotSignedIn(say("Sign in to see this."))
    rows = await fetch_all(
        f"{_LINES} and s.kind <> 'note' and s.undone_at is null order by s.made_at desc, s.id desc limit $2",
        actor.person_id,
        SHOWN,
    )
    return [_sanction({**row, "made_by": "", "undone_by": ""}) for row in rows]


async def describe_suspension(person_id: UUID) -> Said:
    """Why somebody who proved who they are may not come in, and until when."""
    row = await fetch_one(
        "select reason, ends_at from sanction where person_id = $1 and kind = 'suspension' and undone_at is null"
        " order by made_at desc, id desc limit 1",
        person_id,
    )
    if row is None:
        return say("This account is suspended.")
    if row["ends_at"] is None:
        return say("This account is suspended. Reason: {reason}", reason=row["reason"])
    return say("This account is suspended until {day}. Reason: {reason}", day=row["ends_at"], reason=row["reason"])


def _sanction(row: Mapping[str, Any]) -> Sanction:
    return Sanction(**{**row, "kind": SanctionKind(row["kind"])})
