"""Noting, warning, silencing and suspending: each with its reason, its end, who did it, and a way back."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from kb.core.actor import SYSTEM, Actor
from kb.core.clock import now
from kb.core.database import execute, fetch_all, fetch_one
from kb.core.errors import Conflict, Invalid, NotAllowed, NotFound, NotSignedIn
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.policy import Role, outranks
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.people.sanctions import SanctionKind

REASON_MAX = 2_000
"""Characters: a paragraph for the person, or a case for the colleagues."""

LONGEST = timedelta(days=3650)
"""Of a silence or suspension with an end; for ever is a suspension without one."""

_NEEDS_END = say("Choose until when.")


@dataclass(frozen=True, slots=True)
class NewSanction:
    """What is to be noted or decided. `ends_at` counts for silences, which need one, and suspensions."""

    kind: SanctionKind
    reason: str
    ends_at: datetime | None = None


async def sanction_person(actor: Actor, person_id: UUID, new: NewSanction) -> UUID:
    """Note or decide it; returns its id. A new silence or suspension stands beside an old one, and the newest is in force.

    Raises `Conflict` for oneself and `NotAllowed` for somebody whose role is not below one's own. A suspension ends
    sessions at once, and keys stop.
    """
    async with unit_of_work(actor) as unit:
        return await sanction_in(unit, person_id, new)


async def sanction_in(unit: UnitOfWork, person_id: UUID, new: NewSanction) -> UUID:
    """The same as part of a moderator's write about something else."""
    actor = unit.actor
    actor.require(Permission.PERSON_SANCTION)
    if actor.person_id == person_id:
        raise Conflict(say("Nobody does this to themselves: another moderator has to."))
    new = _checked(new)
    await _lock_lower(actor, person_id)
    sanction_id = new_id()
    await execute(
        "insert into sanction (id, person_id, kind, reason, made_by, made_at, ends_at) values ($1, $2, $3, $4, $5, $6, $7)",
        sanction_id, person_id, new.kind.value, new.reason, actor.person_id, unit.now, new.ends_at,
    )  # fmt: skip
    await _bring_into_force(unit, person_id)
    unit.audit(f"person.{new.kind}", "person", person_id, sanction=sanction_id, until=new.ends_at)
    return sanction_id


async def undo_sanction(actor: Actor, sanction_id: UUID) -> UUID:
    """Take it back; what an older one says is in force again. Returns whom it was about. Undoing twice is `Conflict`."""
    async with unit_of_work(actor) as unit:
        return await undo_sanction_in(unit, sanction_id)


async def undo_sanction_in(unit: UnitOfWork, sanction_id: UUID) -> UUID:
    """The same as part of taking something else back."""
    unit.actor.require(Permission.PERSON_SANCTION)
    row = await fetch_one("select person_id, kind from sanction where id = $1", sanction_id)
    if row is None:
        raise NotFound(say("There is nothing of this kind to take back."))
    person_id: UUID = row["person_id"]
    await _lock_lower(unit.actor, person_id)
    if not await execute(
        "update sanction set undone_at = $2, undone_by = $3 where id = $1 and undone_at is null",
        sanction_id,
        unit.now,
        unit.actor.person_id,
    ):
        raise Conflict(say("It was taken back already."))
    await _bring_into_force(unit, person_id)
    unit.audit(f"person.undo_{row['kind']}", "person", person_id, sanction=sanction_id)
    return person_id


async def acknowledge_warning(actor: Actor, sanction_id: UUID) -> None:
    """The warned person has read it, and may write again once none is left. Twice is once."""
    if actor.person_id is None:
        raise NotSignedIn(say("Sign in to do this."))
    async with unit_of_work(actor) as unit:
        await fetch_one("select 1 from person where id = $1 for no key update", actor.person_id)
        known = await execute(
            "update sanction set acknowledged_at = coalesce(acknowledged_at, $3)"
            " where id = $1 and person_id = $2 and kind = 'warning' and undone_at is null",
            sanction_id,
            actor.person_id,
            unit.now,
        )
        if not known:
            raise NotFound(say("There is no such warning."))
        await _bring_into_force(unit, actor.person_id)
        unit.audit("person.acknowledge_warning", "person", actor.person_id, sanction=sanction_id)


async def end_sanctions() -> int:
    """Give access back to those whose suspension has run out; returns how many. Doors let them in even before."""
    rows = await fetch_all("select id from person where suspended_until <= $1 order by id limit 1000", now())
    for row in rows:
        async with unit_of_work(SYSTEM) as unit:
            await fetch_one("select 1 from person where id = $1 for no key update", row["id"])
            await _bring_into_force(unit, row["id"])
    return len(rows)


def _checked(new: NewSanction) -> NewSanction:
    reason, fields = new.reason.replace("\x00", "").strip(), {}
    if not reason:
        fields["reason"] = say("Say why: whoever looks at this later was not there.")
    elif len(reason) > REASON_MAX:
        fields["reason"] = say("At most {most} characters; this has {n}.", most=REASON_MAX, n=len(reason))
    ends_at = new.ends_at if new.kind in {SanctionKind.SILENCE, SanctionKind.SUSPENSION} else None
    if new.kind == SanctionKind.SILENCE and ends_at is None:
        fields["until"] = _NEEDS_END
    elif ends_at is not None and not now() < ends_at <= now() + LONGEST:
        fields["until"] = say("Choose a time to come, ten years from now at most.")
    if fields:
        raise Invalid(say("This needs a little more."), fields)
    return NewSanction(new.kind, reason, ends_at)


async def _lock_lower(actor: Actor, person_id: UUID) -> None:
    row = await fetch_one("select role from person where id = $1 for no key update", person_id)
    if row is None:
        raise NotFound(say("There is no such person."))
    if not outranks(actor.role, Role(row["role"])):
        raise NotAllowed(say("This is decided by somebody of a higher role than theirs."))


_IN_FORCE = "select {what} from sanction s where s.person_id = p.id and s.undone_at is null and s.kind ="
_LAST = "order by s.made_at desc, s.id desc limit 1"


async def _bring_into_force(unit: UnitOfWork, person_id: UUID) -> None:
    """The person's row says what all sanctions together come to: the newest silence and suspension, any warning unread."""
    lasts = "(s.ends_at is null or s.ends_at > $2)"
    row = await fetch_one(
        "update person p set"
        f" silenced_until = ({_IN_FORCE.format(what='s.ends_at')} 'silence' and {lasts} {_LAST}),"
        f" warned_at = ({_IN_FORCE.format(what='min(s.made_at)')} 'warning' and s.acknowledged_at is null),"
        f" suspended_at = ({_IN_FORCE.format(what='s.made_at')} 'suspension' and {lasts} {_LAST}),"
        f" suspended_until = ({_IN_FORCE.format(what='s.ends_at')} 'suspension' and {lasts} {_LAST})"
        " where p.id = $1 returning p.suspended_at",
        person_id,
        unit.now,
    )
    if row is not None and row["suspended_at"]:
        await execute("delete from session where person_id = $1", person_id)
