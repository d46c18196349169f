"""Files in posts: who reads a post that uses one may read it."""

from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import fetch_value
from kb.forum.access import READABLE_POST, READABLE_TOPIC, readers


async def reads_file_in_post(actor: Actor, file_id: UUID) -> bool:
    """Whether the actor may read a post that holds the file."""
    found: bool = await fetch_value(
        "select exists (select 1 from file_use u join post p on p.id = u.subject_id join topic t on t.id = p.topic_id"
        f" join space s on s.id = t.space_id where u.file_id = $3 and u.kind = 'post' and {READABLE_TOPIC} and {READABLE_POST})",
        *readers(actor),
        file_id,
    )
    return found
