"""Me too: one more person has the problem. They follow the topic, so that they are told when it is solved."""

from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute, fetch_value
from kb.core.errors import Conflict, NotSignedIn
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work
from kb.forum.access import access_topic
from kb.forum.following import follow_topic
from kb.forum.merging import (
    count_me_too_again,
    find_leading_topic,
    forget_me_too,
    list_family,
    take_merging_turn,
)
from kb.forum.messages import MeTooSaid


async def say_me_too(actor: Actor, topic_id: UUID) -> int:
    """Say it; twice is once, and of a duplicate it is said of the original. The asker has the problem already.

    Returns how many said so.
    """
    person_id = _require_person(actor)
    async with unit_of_work(actor) as unit:
        await take_merging_turn(alone=False)
        topic_id = await find_leading_topic(topic_id)
        topic = await access_topic(actor, topic_id)
        if topic.asker_id == person_id:
            raise Conflict(say("You asked this, so you are counted already."))
        added = await execute(
            "insert into me_too (topic_id, person_id, created_at) values ($1, $2, $3) on conflict do nothing",
            topic_id,
            person_id,
            unit.now,
        )
        if added:
            await follow_topic(topic_id, person_id, at=unit.now)
            unit.emit(MeTooSaid(topic_id, person_id))
            await count_me_too_again([topic_id])
        return await _count(topic_id)


async def withdraw_me_too(actor: Actor, topic_id: UUID) -> int:
    """Take it back; whoever never said it changes nothing. Returns how many say so still."""
    person_id = _require_person(actor)
    async with unit_of_work(actor):
        await take_merging_turn(alone=False)
        topic_id = await find_leading_topic(topic_id)
        family = await list_family(topic_id)
        await access_topic(actor, topic_id)
        if await forget_me_too(topic_id, person_id):
            await count_me_too_again(family)
        return await _count(topic_id)


def _require_person(actor: Actor) -> UUID:
    actor.require(Permission.POST_VOTE)
    if actor.person_id is None:
        raise NotSignedIn(say("Sign in to say so."))
    return actor.person_id


async def _count(topic_id: UUID) -> int:
    return int(await fetch_value("select me_too_count from topic where id = $1", topic_id))
