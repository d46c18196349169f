"""Unlisting: a topic is read by whoever has its address, and found nowhere: no list, search, feed, suggestion, tag or count."""

from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute
from kb.core.permissions import Permission
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.forum.access import TopicFacts, access_topic
from kb.forum.events import note_topic_event
from kb.forum.messages import TopicListed, TopicUnlisted
from kb.forum.spaces import add_to_counts


async def unlist_topic(actor: Actor, topic_id: UUID) -> None:
    """Take it out of every list; an unlisted topic stays as it is."""
    actor.require(Permission.TOPIC_ARRANGE)
    async with unit_of_work(actor) as unit:
        await unlist_in(unit, await access_topic(actor, topic_id))


async def list_topic_again(actor: Actor, topic_id: UUID) -> None:
    """Put it back where it stood; a listed topic stays as it is."""
    actor.require(Permission.TOPIC_ARRANGE)
    async with unit_of_work(actor) as unit:
        await list_in(unit, await access_topic(actor, topic_id))


async def unlist_in(unit: UnitOfWork, topic: TopicFacts) -> bool:
    """Part of a write. Whether it was listed."""
    if topic.is_unlisted:
        return False
    await execute("update topic set unlisted_at = $2 where id = $1", topic.id, unit.now)
    await _count(topic, -1)
    await note_topic_event(unit, topic.id, "unlisted")
    unit.audit("topic.unlist", "topic", topic.id)
    unit.emit(TopicUnlisted(topic.id))
    return True


async def list_in(unit: UnitOfWork, topic: TopicFacts) -> bool:
    """Part of a write. Whether it was unlisted."""
    if not topic.is_unlisted:
        return False
    await execute("update topic set unlisted_at = null where id = $1", topic.id)
    await _count(topic, 1)
    await note_topic_event(unit, topic.id, "listed")
    unit.audit("topic.list", "topic", topic.id)
    unit.emit(TopicListed(topic.id))
    return True


async def _count(topic: TopicFacts, change: int) -> None:
    if not topic.is_hidden:
        await add_to_counts(topic.space_id, topics=change, solved=change if topic.accepted_post_id else 0)
