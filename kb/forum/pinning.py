"""Pinning: a topic stands first in its space, or there and on the front page."""

from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute, fetch_value
from kb.core.errors import Conflict
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work
from kb.forum.access import access_topic
from kb.forum.events import note_topic_event
from kb.forum.rules import PINS_MOST


async def pin_topic(actor: Actor, topic_id: UUID, *, everywhere: bool = False) -> None:
    """Pin, or change where; twice is once. Raises `Conflict` where `PINS_MOST` are pinned already."""
    actor.require(Permission.TOPIC_ARRANGE)
    to = "everywhere" if everywhere else "space"
    async with unit_of_work(actor) as unit:
        topic = await access_topic(actor, topic_id)
        if topic.pinned_to == to:
            return
        pinned = await fetch_value(
            "select count(*) from topic where pinned_to is not null and id <> $1"
            " and case when $3 then pinned_to = 'everywhere' else space_id = $2 end",
            topic_id,
            topic.space_id,
            everywhere,
        )
        if pinned >= PINS_MOST:
            raise Conflict(say("{most} topics are pinned there already. Unpin one of them first.", most=PINS_MOST))
        await execute("update topic set pinned_to = $2 where id = $1", topic_id, to)
        await note_topic_event(unit, topic_id, "pinned_everywhere" if everywhere else "pinned")
        unit.audit("topic.pin", "topic", topic_id, to=to, was=topic.pinned_to)


async def unpin_topic(actor: Actor, topic_id: UUID) -> None:
    """It stands where its last post puts it again; one that is not pinned stays as it is."""
    actor.require(Permission.TOPIC_ARRANGE)
    async with unit_of_work(actor) as unit:
        topic = await access_topic(actor, topic_id)
        if topic.pinned_to is None:
            return
        await execute("update topic set pinned_to = null where id = $1", topic_id)
        await note_topic_event(unit, topic_id, "unpinned")
        unit.audit("topic.unpin", "topic", topic_id, was=topic.pinned_to)
