"""What of the answers taken into a reply it held when it was sent.

Each text is looked for in the reply, wherever it stands and however it got there: an agent may cut, retype and move. What is left of it
is the row's `distance`.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from kb.core.actor import SYSTEM
from kb.core.clock import now
from kb.core.database import execute, fetch_all, fetch_one
from kb.core.ids import new_id
from kb.core.unit_of_work import unit_of_work
from kb.text.likeness import share_changed

KEPT = timedelta(days=30)
"""How long a reply may be in the writing. Drafts are kept longer, but by then nobody knows what came from where."""

BATCH = 200


@dataclass(frozen=True, slots=True)
class _Reply:
    """A reply an agent sent in a ticket or a topic, to `person_id`."""

    message_id: UUID | None
    post_id: UUID | None
    ticket_id: UUID | None
    topic_id: UUID | None
    author_id: UUID
    person_id: UUID
    body_source: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class _Inserted:
    """A text that went into a reply, as the ledger knows its answer."""

    use_id: UUID
    answer_id: UUID
    revision: int
    cluster_id: UUID | None
    text: str


_MESSAGE = (
    "select m.id as message_id, null::uuid as post_id, m.ticket_id, null::uuid as topic_id, m.author_id, t.requester_id as person_id,"
    " m.body_source, m.created_at from ticket_message m join ticket t on t.id = m.ticket_id"
    " where m.id = $1 and m.kind = 'agent' and m.author_id is not null"
)
_POST = (
    "select null::uuid as message_id, p.id as post_id, null::uuid as ticket_id, p.topic_id, p.author_id, t.author_id as person_id,"
    " p.body_source, p.created_at from post p join topic t on t.id = p.topic_id where p.id = $1 and p.position > 1"
)


async def note_sent_answers(message_id: UUID) -> int:
    """A ticket's reply was sent: a row for each answer its agent had inserted, with how much of it was changed; returns how many.

    Safe to repeat. An answer inserted twice counts as the copy that was changed least.
    """
    return await _note(_MESSAGE, message_id)


async def note_posted_answers(post_id: UUID) -> int:
    """The same of a reply to a topic, whoever wrote it."""
    return await _note(_POST, post_id)


async def _note(which: str, id_: UUID) -> int:
    row = await fetch_one(which, id_)
    if row is None:
        return 0
    reply = _Reply(**row)
    rows = await fetch_all(
        "select i.use_id, i.answer_id, u.revision, u.cluster_id, i.text from answer_insertion i join answer_use u on u.id = i.use_id"
        " where (i.ticket_id = $1 or i.topic_id = $2) and i.agent_id = $3 and i.created_at <= $4",
        reply.ticket_id,
        reply.topic_id,
        reply.author_id,
        reply.created_at,
    )
    if not rows:
        return 0
    inserted = [_Inserted(**row) for row in rows]
    distances = await asyncio.to_thread(_measure, inserted, reply.body_source)
    async with unit_of_work(SYSTEM):
        await execute("delete from answer_insertion where use_id = any($1::uuid[])", [one.use_id for one in inserted])
        return await _store(reply, list(distances.values()))


def _measure(inserted: Sequence[_Inserted], body: str) -> dict[UUID, tuple[_Inserted, float]]:
    """By answer, the insertion of which most was sent."""
    found: dict[UUID, tuple[_Inserted, float]] = {}
    for one in inserted:
        distance = share_changed(one.text, body)
        if one.answer_id not in found or distance < found[one.answer_id][1]:
            found[one.answer_id] = (one, distance)
    return found


async def _store(reply: _Reply, sent: Sequence[tuple[_Inserted, float]]) -> int:
    return await execute(
        "insert into answer_use (id, answer_id, revision, cluster_id, kind, surface, person_id, ticket_id, topic_id, message_id, post_id,"
        "   created_at, distance)"
        " select n.id, n.answer_id, n.revision, n.cluster_id, 'edited_then_sent', 'desk', $6, $7, $8, $9, $10, $11, n.distance"
        " from unnest($1::uuid[], $2::uuid[], $3::int[], $4::uuid[], $5::float8[]) as n (id, answer_id, revision, cluster_id, distance)"
        " on conflict do nothing",
        [new_id() for _ in sent],
        [one.answer_id for one, _ in sent],
        [one.revision for one, _ in sent],
        [one.cluster_id for one, _ in sent],
        [distance for _, distance in sent],
        reply.person_id,
        reply.ticket_id,
        reply.topic_id,
        reply.message_id,
        reply.post_id,
        reply.created_at,
    )


_UNNOTED = """
select m.id as message_id, p.id as post_id from answer_insertion i
left join lateral (
    select m.id from ticket_message m where m.ticket_id = i.ticket_id and m.author_id = i.agent_id and m.kind = 'agent'
    and m.created_at >= i.created_at order by m.created_at limit 1) m on true
left join lateral (
    select p.id from post p where p.topic_id = i.topic_id and p.author_id = i.agent_id and p.position > 1
    and p.created_at >= i.created_at order by p.created_at limit 1) p on true
where i.created_at < $1 and (m.id is not null or p.id is not null) limit $2
"""


async def sweep_insertions() -> int:
    """Look at replies a lost message left out, and forget insertions whose reply was never sent. Returns how many rows were looked at."""
    moment = now()
    forgotten = await execute("delete from answer_insertion where created_at < $1", moment - KEPT)
    rows = await fetch_all(_UNNOTED, moment - timedelta(minutes=1), BATCH)
    messages, posts = ({row[name] for row in rows if row[name]} for name in ("message_id", "post_id"))
    for message_id in messages:
        await note_sent_answers(message_id)
    for post_id in posts:
        await note_posted_answers(post_id)
    return len(messages) + len(posts) + forgotten
