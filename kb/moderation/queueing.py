"""The door to the review queue: whatever finds a post that somebody should look at puts it here."""

import json
from uuid import UUID

from kb.core.database import execute, fetch_value
from kb.core.errors import NotFound
from kb.core.ids import new_id
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork
from kb.moderation.rules import SOURCES


async def put_in_queue(unit: UnitOfWork, kind: str, thing_id: UUID, source: str, *, because: str = "") -> UUID:
    """Have a topic or post looked at; returns its item. What waits already waits once, with one more reason.

    `kind` is "topic" or "post", `source` one of `SOURCES`, `because` a sentence for moderators. Inside the caller's unit of work,
    with topic and post locked or new. Raises `NotFound` for a thing that is gone.
    """
    if source not in SOURCES:
        raise ValueError(f"{source} is no source of reviews")
    post_id = thing_id if kind == "post" else await _first_post(thing_id)
    said = json.dumps([{"source": source, "text": because}] if because else [])
    item_id: UUID = await fetch_value(
        "insert into review_item as i (id, post_id, sources, because, opened_at) values ($1, $2, array[$3], $4::jsonb, $5)"
        " on conflict (post_id) where decided_at is null do update set"
        " sources = case when i.sources @> excluded.sources then i.sources else i.sources || excluded.sources end,"
        " because = case when i.because @> excluded.because then i.because else i.because || excluded.because end"
        " returning id",
        new_id(),
        post_id,
        source,
        said,
        unit.now,
    )
    return item_id


async def forget_source(item_id: UUID, source: str) -> None:
    """One reason less; an item without any is gone. Inside the caller's unit of work."""
    await execute("update review_item set sources = array_remove(sources, $2) where id = $1", item_id, source)
    await execute("delete from review_item where id = $1 and sources = '{}' and decided_at is null", item_id)


async def _first_post(topic_id: UUID) -> UUID:
    post_id: UUID | None = await fetch_value("select id from post where topic_id = $1 and position = 1", topic_id)
    if post_id is None:
        raise NotFound(say("There is no such topic."))
    return post_id
