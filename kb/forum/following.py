"""Who is told about a topic: its asker, everybody who wrote in it, and everybody who has the problem too."""

from datetime import datetime
from uuid import UUID

from kb.core.database import execute


async def follow_topic(topic_id: UUID, person_id: UUID, *, at: datetime) -> None:
    """Follow; twice is once."""
    await execute(
        "insert into topic_follower (topic_id, person_id, created_at) values ($1, $2, $3) on conflict do nothing",
        topic_id,
        person_id,
        at,
    )


async def unfollow_unless_author(topic_id: UUID, person_id: UUID) -> None:
    """Stop following, unless the person wrote in the topic."""
    await execute(
        "delete from topic_follower where topic_id = $1 and person_id = $2"
        " and not exists (select 1 from post where topic_id = $1 and author_id = $2)",
        topic_id,
        person_id,
    )
