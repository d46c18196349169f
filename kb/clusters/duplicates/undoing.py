"""Undoing: the duplicate stands for itself again, with exactly what it had. Members may take back their own mark."""

from uuid import UUID

from kb.clusters.duplicates.access import DuplicateFacts, access_duplicate
from kb.clusters.duplicates.gathering import leave_original
from kb.clusters.duplicates.leading import find_original, settle
from kb.clusters.duplicates.marking import REASON_LENGTH, check_words
from kb.clusters.duplicates.messages import DuplicateUndone
from kb.core.actor import Actor
from kb.core.database import execute, fetch_value
from kb.core.errors import NotAllowed
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.forum.merging import let_go


async def undo_duplicate(actor: Actor, duplicate_id: UUID, *, reason: str = "") -> None:
    """Undo; twice is once. Without `DUPLICATE_CONFIRM` one may only take back one's own mark of what is not in force."""
    actor.require(Permission.DUPLICATE_MARK)
    check_words(reason, "reason", REASON_LENGTH)
    async with unit_of_work(actor) as unit:
        found = await access_duplicate(actor, duplicate_id)
        if found.state == "undone":
            return
        if actor.may(Permission.DUPLICATE_CONFIRM) or await _take_back_mark(unit, found):
            await _undo(unit, found, reason)


async def _take_back_mark(unit: UnitOfWork, found: DuplicateFacts) -> bool:
    """Whether that was the last mark."""
    mine = "delete from duplicate_mark where duplicate_id = $1 and person_id = $2"
    if found.in_force or not await execute(mine, found.id, unit.actor.person_id):
        raise NotAllowed(say("Staff undo what others marked or what is confirmed."))
    unit.audit("duplicate.unmark", "duplicate", found.id)
    return not await fetch_value("select count(*) from duplicate_mark where duplicate_id = $1", found.id)


async def _undo(unit: UnitOfWork, found: DuplicateFacts, reason: str) -> None:
    before = await find_original(found.alias)
    await execute(
        "update duplicate set state = 'undone', in_force = false, undone_at = $2, undone_by = $3, undo_reason = $4 where id = $1",
        found.id,
        unit.now,
        unit.actor.person_id,
        reason,
    )
    if found.in_force:
        if found.alias.kind == "ticket":
            await let_go(found.alias.id)
        await settle(found.alias, before=before)
        await leave_original(unit, found.id, f"no longer a duplicate, undone by {unit.actor.name}")
    unit.audit("duplicate.undo", "duplicate", found.id, reason=reason)
    unit.emit(DuplicateUndone(found.id))
