"""Members of standing and flags, made by the very functions people use."""

from datetime import timedelta
from uuid import UUID

from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.database import execute, fetch_value
from kb.forum.asking import AskedTopic
from kb.moderation.flagging import flag_post
from tests.support.factories import make_person
from tests.support.forum_factories import make_topic


async def make_regular(name: str = "") -> Actor:
    """A member whose flags count: a month here, with a question of their own in sight."""
    person = await make_person(name=name)
    await execute("update person set created_at = $2 where id = $1", person.person_id, now() - timedelta(days=30))
    await make_topic(person)
    return person


async def question_of(topic: AskedTopic) -> UUID:
    """Its first post."""
    post_id: UUID = await fetch_value("select id from post where topic_id = $1 and position = 1", topic.id)
    return post_id


async def flag_by(count: int, post_id: UUID, *, reason: str = "spam") -> list[Actor]:
    """So many regulars flag it; returns them."""
    people = [await make_regular() for _ in range(count)]
    for person in people:
        await flag_post(person, post_id, reason)
    return people


async def waiting_item(post_id: UUID) -> UUID:
    """The item that waits about the post."""
    item_id: UUID = await fetch_value("select id from review_item where post_id = $1 and decided_at is null", post_id)
    return item_id
