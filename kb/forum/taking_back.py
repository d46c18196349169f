"""Taking a split or a merge back, whichever it was."""

from uuid import UUID

from kb.core.actor import Actor
from kb.core.permissions import Permission
from kb.core.unit_of_work import unit_of_work
from kb.forum.combining import unmerge_topic
from kb.forum.placing import get_change
from kb.forum.splitting import unsplit_topic


async def take_back_change(actor: Actor, change_id: UUID) -> UUID:
    """Everything stands as it stood; what was written since stays where it was written. Returns a topic to look at.

    Raises `NotFound` for what was taken back already, `Conflict` where posts were moved on since.
    """
    actor.require(Permission.TOPIC_ARRANGE)
    async with unit_of_work(actor) as unit:
        change = await get_change(change_id)
        return await (unsplit_topic if change.kind == "split" else unmerge_topic)(unit, change)
