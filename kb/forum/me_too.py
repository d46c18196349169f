"""Me too: one more person has the problem. They follow the topic, so that they are told when it is solved."""

from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute, fetch_value
from kb.core.errors import Conflict, NotSignedIn
from kb.core.permissions import Permission
from kb.core.unit_of_work import unit_of_work
from kb.forum.access import access_topic
from kb.forum.following import follow_topic, unfollow_unless_author
from kb.forum.messages import MeTooSaid


async def say_me_too(actor: Actor, topic_id: UUID) -> int:
    """Say it; twice is once. The asker has the problem already. Returns how many said so."""
    person_id = _require_person(actor)
    async with unit_of_work(actor) as unit:
        topic = await access_topic(actor, topic_id)
        if topic.asker_id == person_id:
            raise Conflict("You asked this, so you are counted already.")
        added = await execute(
            "insert into me_too (topic_id, person_id, created_at) values ($1, $2, $3) on conflict do nothing",
            topic_id,
            person_id,
            unit.now,
        )
        if added:
            await follow_topic(topic_id, person_id, at=unit.now)
            unit.emit(MeTooSaid(topic_id, person_id))
        return await _count(topic_id, added)


async def withdraw_me_too(actor: Actor, topic_id: UUID) -> int:
    """Take it back; whoever never said it changes nothing. Returns how many say so still."""
    person_id = _require_person(actor)
    async with unit_of_work(actor):
        await access_topic(actor, topic_id)
        gone = await execute("delete from me_too where topic_id = $1 and person_id = $2", topic_id, person_id)
        if gone:
            await unfollow_unless_author(topic_id, person_id)
        return await _count(topic_id, -gone)


def _require_person(actor: Actor) -> UUID:
    actor.require(Permission.POST_VOTE)
    if actor.person_id is None:
        raise NotSignedIn("Sign in to say so.")
    return actor.person_id


async def _count(topic_id: UUID, change: int) -> int:
    sql = "update topic set me_too_count = me_too_count + $2 where id = $1 returning me_too_count"
    return int(await fetch_value(sql, topic_id, change))
