"""Closing a topic: its asker because it is no longer needed, a moderator with a reason. Nothing is added until it is reopened."""

from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute
from kb.core.errors import Conflict, Invalid, NotAllowed
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.forum.access import TopicFacts, access_topic
from kb.forum.events import note_topic_event
from kb.forum.rules import REASON_MAX, clean_title, may_close


async def close_topic(actor: Actor, topic_id: UUID) -> None:
    """The asker needs no answer any more. A closed topic stays as it is."""
    actor.require(Permission.TOPIC_ASK)
    async with unit_of_work(actor) as unit:
        topic = await access_topic(actor, topic_id)
        if topic.asker_id != actor.person_id:
            raise NotAllowed(say("Only whoever asked may say that it is no longer needed."))
        if topic.closed_as is None:
            await _close(unit, topic, "not_needed")


async def lock_topic(actor: Actor, topic_id: UUID, *, reason: str) -> None:
    """Close it for everybody, moderators included, until a moderator reopens it. The reason stands in the topic.

    Locking a locked topic changes nothing; one that its asker closed becomes locked.
    """
    actor.require(Permission.TOPIC_ARRANGE)
    words = clean_lock_reason(reason)
    async with unit_of_work(actor) as unit:
        await lock_in(unit, await access_topic(actor, topic_id), words)


async def reopen_topic(actor: Actor, topic_id: UUID) -> None:
    """Replies are taken again; an open topic stays as it is. Raises `Conflict` for an asker whose topic was locked."""
    actor.require(Permission.TOPIC_ASK)
    async with unit_of_work(actor) as unit:
        topic = await access_topic(actor, topic_id)
        if topic.closed_as is None:
            return
        if not may_close(actor, asker_id=topic.asker_id, closed_as=topic.closed_as):
            if topic.asker_id == actor.person_id:
                raise Conflict(say("A moderator has locked this topic, and only a moderator opens it again."))
            raise NotAllowed(say("Only its asker and moderators reopen a topic."))
        await reopen_in(unit, topic)


async def reopen_in(unit: UnitOfWork, topic: TopicFacts) -> None:
    """Part of a write."""
    await execute("update topic set closed_as = null, closed_at = null, closed_reason = null where id = $1", topic.id)
    await note_topic_event(unit, topic.id, "reopened")
    unit.audit("topic.reopen", "topic", topic.id, was=topic.closed_as)


async def lock_in(unit: UnitOfWork, topic: TopicFacts, reason: str) -> bool:
    """Part of a write; the reason is clean. Whether it was not locked."""
    if topic.closed_as == "locked":
        return False
    await _close(unit, topic, "locked", reason)
    return True


def clean_lock_reason(reason: str) -> str:
    """One line. Raises `Invalid` for none or too long a one: whoever wanted to reply is told why they cannot."""
    words = clean_title(reason)
    if not 1 <= len(words) <= REASON_MAX:
        raise Invalid(
            say("The reason does not fit."),
            {
                "reason": say(
                    "Say why in 1 to {most} characters: everybody who reads the topic sees it.", most=REASON_MAX
                )
            },
        )
    return words


async def _close(unit: UnitOfWork, topic: TopicFacts, closed_as: str, reason: str = "") -> None:
    await execute(
        "update topic set closed_as = $2, closed_at = $3, closed_reason = $4 where id = $1",
        topic.id,
        closed_as,
        unit.now,
        reason or None,
    )
    await note_topic_event(unit, topic.id, closed_as, reason=reason)
    if closed_as == "locked":
        unit.audit("topic.lock", "topic", topic.id, reason=reason, was=topic.closed_as)
    else:
        unit.audit("topic.close", "topic", topic.id)
