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
