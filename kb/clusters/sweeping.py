"""Repairs: topics and messages without questions, questions nobody considered. Idempotent, in batches, oldest first.

They find what a lost message, a crash or an import without messages left behind; on a healthy installation they find nothing.
"""

from uuid import UUID

from kb.clusters.extracting import (
    extract_from_feedback,
    extract_from_searches,
    extract_from_ticket_messages,
    extract_from_topics,
)
from kb.clusters.joining import join_questions
from kb.clusters.refreshing import is_refresh_due
from kb.clusters.searched import list_unextracted_searches
from kb.clusters.unhelped import list_unextracted_unhelped
from kb.core.database import fetch_all, fetch_value
from kb.ports.embedder import Embedder

BATCH = 200

LEFT_TO_A_REFRESH = 1_000
"""More questions than this wait only after an import: a refresh that is due places them all at once, and better."""

LEFT_ALONE = "interval '1 minute'"
"""What is younger is most likely on its way through the outbox."""


async def sweep_unextracted(*, besides: str = "false") -> int:
    """Extract questions from topics, customers' messages, searches and feedback that nobody looked into; returns how many were found.

    `besides` is SQL that tells of `{id}`, a topic's or message's, that somebody else reads it: a hundred thousand imported ones
    would stand before whatever was lost today.
    """
    topics = await _ids(
        "select t.id from topic t where t.hidden_at is null and t.unlisted_at is null and not exists"
        f" (select 1 from question q where q.source_kind = 'topic' and q.source_id = t.id) and t.created_at < now() - {LEFT_ALONE}"
        " and not exists (select 1 from asks_nothing n where n.source_kind = 'topic' and n.source_id = t.id)"
        f" and not {besides.format(id='t.id')}"
    )
    messages = await _ids(
        "select m.id from ticket_message m where m.kind = 'customer' and not exists"
        f" (select 1 from question q where q.source_kind = 'ticket' and q.source_id = m.id) and m.created_at < now() - {LEFT_ALONE}"
        " and not exists (select 1 from asks_nothing n where n.source_kind = 'ticket' and n.source_id = m.id)"
        f" and not {besides.format(id='m.id')}"
    )
    searches = await list_unextracted_searches(BATCH)
    unhelped = await list_unextracted_unhelped(BATCH)
    await extract_from_topics(topics)
    await extract_from_ticket_messages(messages)
    await extract_from_searches(searches)
    await extract_from_feedback(unhelped)
    return len(topics) + len(messages) + len(searches) + len(unhelped)


async def sweep_unconsidered(embedder: Embedder) -> int:
    """Give a place to questions that were extracted and never considered; returns how many."""
    if await _are_left_to_a_refresh():
        return 0
    waiting = await _ids(
        f"select q.id from question q where q.considered_at is null and q.created_at < now() - {LEFT_ALONE}"
    )
    await join_questions(waiting, embedder)
    return len(waiting)


async def _are_left_to_a_refresh() -> bool:
    more = await fetch_value("select 1 from question where considered_at is null offset $1 limit 1", LEFT_TO_A_REFRESH)
    return more is not None and await is_refresh_due()


async def _ids(sql: str) -> list[UUID]:
    rows = await fetch_all(f"{sql} order by 1 limit {BATCH}")
    return [row["id"] for row in rows]
