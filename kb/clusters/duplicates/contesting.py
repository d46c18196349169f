"""The asker objects: marks no longer confirm by themselves, and staff must decide."""

from uuid import UUID

from kb.clusters.duplicates.access import MISSING, access_duplicate
from kb.clusters.duplicates.messages import DuplicateContested
from kb.clusters.duplicates.sides import find_asker
from kb.core.actor import Actor
from kb.core.database import execute
from kb.core.errors import Conflict, Invalid, NotAllowed, NotFound
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work


async def contest_duplicate(actor: Actor, duplicate_id: UUID, *, reason: str) -> None:
    """Say why it is another problem; twice is once. What is in force stays so until staff decide.

    Raises `NotAllowed` for anybody but whoever asked the duplicate, `Conflict` for one that was undone.
    """
    actor.require(Permission.DUPLICATE_MARK)
    words = " ".join(reason.replace("\x00", " ").split())
    if not 1 <= len(words) <= 500:
        raise Invalid(say("The reason does not fit."), {"reason": say("1 to 500 characters")})
    async with unit_of_work(actor) as unit:
        found = await access_duplicate(actor, duplicate_id)
        asker = await find_asker(found.alias)
        if asker is None:
            raise NotFound(MISSING)
        if asker != actor.person_id:
            raise NotAllowed(say("Only whoever asked it may contest."))
        if found.state == "undone":
            raise Conflict(say("This was undone already."))
        if found.state == "contested":
            return
        await execute(
            "update duplicate set state = 'contested', contested_at = $2, contested_by = $3, contest_reason = $4 where id = $1",
            duplicate_id,
            unit.now,
            actor.person_id,
            words,
        )
        unit.audit("duplicate.contest", "duplicate", duplicate_id, reason=words)
        unit.emit(DuplicateContested(duplicate_id))
