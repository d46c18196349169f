"""Accepted posts and agents' replies become answers. Collecting looks at what is true now, so it may run late, twice or out of order."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kb.answers.messages import AnswerCollected
from kb.answers.rules import EXCERPT_LENGTH
from kb.core.actor import SYSTEM
from kb.core.database import execute, fetch_all
from kb.core.ids import new_id
from kb.core.unit_of_work import unit_of_work
from kb.text.excerpts import excerpt

CLUSTER_OF_TOPIC = (
    "(select q.cluster_id from question q where q.source_kind = 'topic' and q.parent_id = {parent}"
    " and q.cluster_id is not null order by q.segment limit 1)"
)
"""SQL for the cluster of a topic's question."""

CLUSTER_OF_TICKET = (
    "(select q.cluster_id from question q where q.source_kind = 'ticket' and q.parent_id = {parent}"
    " and q.cluster_id is not null order by q.asked_at > {before}, abs(extract(epoch from q.asked_at - {before})), q.segment limit 1)"
)
"""SQL for the cluster a reply belongs to: of the newest question asked before it, since a ticket may hold several problems."""

BATCH = 500
"""Rows of one transaction when many are collected."""


@dataclass(frozen=True, slots=True)
class Found:
    """A post or reply as it stands now; `stands` says whether it is an answer at all."""

    source_id: UUID
    parent_id: UUID
    cluster_id: UUID | None
    author_id: UUID
    visibility: str
    title: str
    body_html: str
    created_at: datetime
    stands: bool


_POSTS = (
    "select p.id as source_id, t.id as parent_id, p.author_id, s.visibility, t.title, p.body_html, p.created_at,"
    f" {CLUSTER_OF_TOPIC.format(parent='t.id')} as cluster_id,"
    " p.accepted_at is not null and p.hidden_at is null and t.hidden_at is null and t.unlisted_at is null as stands"
    " from post p join topic t on t.id = p.topic_id join space s on s.id = t.space_id"
    " where p.id = any($1::uuid[]) for share of t"
)
"""The lock keeps an acceptance from changing between this look and the commit; its own message comes after."""

_REPLIES = (
    "select m.id as source_id, t.id as parent_id, m.author_id, 'private' as visibility, t.subject as title, m.body_html,"
    f" m.created_at, {CLUSTER_OF_TICKET.format(parent='t.id', before='m.created_at')} as cluster_id, m.kind = 'agent' as stands"
    " from ticket_message m join ticket t on t.id = m.ticket_id where m.id = any($1::uuid[])"
)


async def collect_answer_of_post(post_id: UUID) -> None:
    """An answer if the post is accepted and readable; else the answer it was is retired."""
    await _collect("post", _POSTS, [post_id], announces=True)


async def collect_answer_of_message(message_id: UUID) -> None:
    """An answer if an agent wrote it to a customer; notes and customers' messages never become one."""
    await _collect("reply", _REPLIES, [message_id], announces=True)


async def collect_answers_of_topic(topic_id: UUID) -> None:
    """After a topic was edited, hidden or restored: whatever of it is or was an answer is looked at again."""
    rows = await fetch_all(
        "select id from post where topic_id = $1 and accepted_at is not null"
        " union select source_id from answer where kind = 'post' and parent_id = $1",
        topic_id,
    )
    await _collect("post", _POSTS, [row["id"] for row in rows], announces=True)


async def collect_answers_of_posts(post_ids: Sequence[UUID]) -> int:
    """For imports: many at once, announcing nothing. Returns how many are answers now."""
    return await _collect_many("post", _POSTS, post_ids)


async def collect_answers_of_messages(message_ids: Sequence[UUID]) -> int:
    """For imports: many at once, announcing nothing. Returns how many are answers now."""
    return await _collect_many("reply", _REPLIES, message_ids)


async def _collect_many(kind: str, sql: str, ids: Sequence[UUID]) -> int:
    starts = range(0, len(ids), BATCH)
    return sum([await _collect(kind, sql, ids[start : start + BATCH], announces=False) for start in starts])


async def _collect(kind: str, sql: str, source_ids: Sequence[UUID], *, announces: bool) -> int:
    if not source_ids:
        return 0
    async with unit_of_work(SYSTEM) as unit:
        found = [Found(**row) for row in await fetch_all(sql, list(source_ids))]
        standing = [one for one in found if one.stands]
        new = await _upsert(kind, standing)
        await _note_sending([one.source_id for one in standing] if kind == "reply" else [])
        await _retire([id_ for id_ in source_ids if id_ not in {one.source_id for one in standing}], unit.now)
        for answer_id in new if announces else ():
            unit.emit(AnswerCollected(answer_id))
    return len(standing)


async def _upsert(kind: str, found: Sequence[Found]) -> list[UUID]:
    """Insert or bring up to date; returns the ids of those that were not answers before."""
    if not found:
        return []
    excerpts = await asyncio.to_thread(lambda: [excerpt(one.body_html, EXCERPT_LENGTH) for one in found])
    rows = await fetch_all(
        "with known as (select source_id from answer where source_id = any($3::uuid[]) and retired_at is null)"
        " insert into answer as a (id, kind, source_id, parent_id, cluster_id, author_id, visibility, title, excerpt,"
        "   text_hash, accepted, created_at)"
        " select u.id, $1, u.source_id, u.parent_id, u.cluster_id, u.author_id, u.visibility, u.title, u.excerpt,"
        "   u.text_hash, $1 = 'post', u.created_at"
        " from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::text[], $8::text[], $9::text[],"
        "   $10::bytea[], $11::timestamptz[])"
        "   as u (id, source_id, parent_id, cluster_id, author_id, visibility, title, excerpt, text_hash, created_at)"
        " on conflict (source_id) do update set parent_id = excluded.parent_id, cluster_id = excluded.cluster_id,"
        "   visibility = excluded.visibility,"
        "   title = excluded.title, excerpt = excluded.excerpt, accepted = excluded.accepted, retired_at = null,"
        "   revision = a.revision + (a.text_hash <> excluded.text_hash)::int, text_hash = excluded.text_hash"
        " returning a.id, a.source_id not in (select source_id from known) as is_new",
        kind,
        *_columns(found, excerpts),
    )
    return [row["id"] for row in rows if row["is_new"]]


async def _note_sending(message_ids: Sequence[UUID]) -> None:
    """A reply was given to whoever asked: the ledger's first row about it. Ranking counts it once the same was written again."""
    if message_ids:
        await execute(
            "insert into answer_use (id, answer_id, revision, cluster_id, kind, surface, person_id, ticket_id, message_id, created_at)"
            " select u.use_id, a.id, a.revision, a.cluster_id, 'sent', 'desk', t.requester_id, t.id, m.id, m.created_at"
            " from unnest($1::uuid[], $2::uuid[]) as u (use_id, message_id) join answer a on a.source_id = u.message_id"
            " join ticket_message m on m.id = u.message_id join ticket t on t.id = m.ticket_id on conflict do nothing",
            [new_id() for _ in message_ids],
            list(message_ids),
        )


def _columns(found: Sequence[Found], excerpts: Sequence[str]) -> list[list[Any]]:
    """The rows turned on their side, as `unnest` takes them."""
    rows = [
        (
            new_id(),
            f.source_id,
            f.parent_id,
            f.cluster_id,
            f.author_id,
            f.visibility,
            f.title,
            short,
            hash_text(f.body_html),
            f.created_at,
        )
        for f, short in zip(found, excerpts, strict=True)
    ]
    return [list(column) for column in zip(*rows, strict=True)]


def hash_text(text: str) -> bytes:
    """Tells revisions of an answer apart."""
    return hashlib.sha256(text.encode()).digest()


async def _retire(source_ids: Sequence[UUID], moment: datetime) -> None:
    if source_ids:
        await execute(
            "update answer set retired_at = $2 where source_id = any($1::uuid[]) and retired_at is null",
            list(source_ids),
            moment,
        )
