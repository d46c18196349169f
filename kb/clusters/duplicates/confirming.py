"""Confirming: from now on the alias leads to its original."""

from uuid import UUID

from kb.clusters.duplicates.access import access_duplicate
from kb.clusters.duplicates.gathering import join_original
from kb.clusters.duplicates.leading import find_original, settle
from kb.clusters.duplicates.messages import DuplicateConfirmed
from kb.clusters.duplicates.sides import Side, check_direction, find_asker
from kb.core.actor import Actor
from kb.core.database import execute, fetch_value
from kb.core.errors import Conflict, Invalid
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.forum.merging import bring_along


async def confirm_duplicate(actor: Actor, duplicate_id: UUID) -> None:
    """Put it in force, or, where its asker objected, decide that it stays. Twice is once.

    Raises `Conflict` for one that was undone or whose alias leads elsewhere by now.
    """
    actor.require(Permission.DUPLICATE_CONFIRM)
    async with unit_of_work(actor) as unit:
        found = await access_duplicate(actor, duplicate_id)
        if found.state == "undone":
            raise Conflict(say("This was undone; mark it again."))
        if found.state == "confirmed":
            return
        if found.in_force:
            await _note(unit, duplicate_id, actor.person_id)
            return
        await put_in_force(unit, duplicate_id, found.alias, found.original, by=actor.person_id)


async def put_in_force(unit: UnitOfWork, duplicate_id: UUID, alias: Side, original: Side, *, by: UUID | None) -> None:
    """Lead the alias and all that leads to it to the original's own end. The caller holds the merging turn."""
    end = await find_original(original)
    if end == alias:
        raise Invalid(
            say("Nothing is a duplicate of itself."), {"original": say("This leads back to the same question by now.")}
        )
    await check_direction(alias, end)
    taken = "select 1 from duplicate where in_force and alias_kind = $1 and alias_id = $2"
    if await fetch_value(taken, alias.kind, alias.id):
        raise Conflict(say("This leads to another question already; that has to be undone first."))
    await execute("update duplicate set in_force = true, state = 'confirmed' where id = $1", duplicate_id)
    if alias.kind == "ticket" and original.kind == "topic" and (asker := await find_asker(alias)):
        await bring_along(original.id, alias.id, asker, at=unit.now)
    await settle(alias, before=original)
    await join_original(unit, duplicate_id, alias, end, f"asked before, confirmed by {unit.actor.name}")
    await _note(unit, duplicate_id, by)


async def _note(unit: UnitOfWork, duplicate_id: UUID, by: UUID | None) -> None:
    await execute(
        "update duplicate set state = 'confirmed', confirmed_at = $2, confirmed_by = $3 where id = $1",
        duplicate_id,
        unit.now,
        by,
    )
    unit.audit("duplicate.confirm", "duplicate", duplicate_id)
    unit.emit(DuplicateConfirmed(duplicate_id))
