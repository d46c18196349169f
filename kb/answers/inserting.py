"""Answers taken into a reply, and what of them the reply held when it was sent.

An insertion is remembered beside the ledger until the agent sends a reply in that ticket. Then each text is looked for in the reply,
wherever it stands and however it got there: an agent may cut, retype and move. What is left of it is the row's `distance`.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import asyncpg

from kb.answers.access import NO_ANSWER, READABLE_ANSWER
from kb.answers.collecting_macros import put_among_answers
from kb.core.actor import SYSTEM, Actor
from kb.core.clock import now
from kb.core.database import execute, fetch_all, fetch_one, fetch_value
from kb.core.errors import NotFound
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.text.likeness import share_changed

KEPT = timedelta(days=30)
"""How long a reply may be in the writing. Drafts are kept longer, but by then nobody knows what came from where."""

BATCH = 200


async def insert_answer(actor: Actor, *, ticket_id: UUID, answer_id: UUID, text: str) -> UUID:
    """An agent took the answer into a reply: a row for the ledger, of the customer who is to be given it.

    `text` is what was put into the reply, masked and filled in. Raises `NotFound` for an answer the actor may not read.
    """
    actor.require(Permission.TICKET_ANSWER)
    async with unit_of_work(actor) as unit:
        return await _remember(unit, ticket_id, answer_id, text)


async def insert_macro_answer(actor: Actor, *, ticket_id: UUID, macro_id: UUID, text: str) -> UUID:
    """The same for a macro, chosen by itself and not offered; it becomes an answer here where no job has made it one yet.

    Raises `NotFound` for a macro that is not on offer.
    """
    actor.require(Permission.TICKET_ANSWER)
    async with unit_of_work(actor) as unit:
        answer_id = await _find_answer(macro_id)
        if answer_id is None:
            await put_among_answers(unit, macro_id)
            answer_id = await _find_answer(macro_id)
        if answer_id is None:
            raise NotFound(NO_ANSWER)
        return await _remember(unit, ticket_id, answer_id, text)


async def find_inserted_macro(answer_id: UUID) -> UUID | None:
    """The macro an answer is; None for an answer of another kind, and for one that is no more."""
    found: UUID | None = await fetch_value("select source_id from answer where id = $1 and kind = 'macro'", answer_id)
    return found


async def _find_answer(macro_id: UUID) -> UUID | None:
    found: UUID | None = await fetch_value(
        "select id from answer where source_id = $1 and retired_at is null", macro_id
    )
    return found


async def _remember(unit: UnitOfWork, ticket_id: UUID, answer_id: UUID, text: str) -> UUID:
    use_id = new_id()
    recorded = await fetch_value(
        "insert into answer_use (id, answer_id, revision, cluster_id, kind, surface, person_id, ticket_id, created_at)"
        " select $2, a.id, a.revision, a.cluster_id, 'inserted', 'desk', t.requester_id, t.id, $5"
        f" from answer a join ticket t on t.id = $4 where a.id = $3 and {READABLE_ANSWER} returning id",
        unit.actor.visibilities,
        use_id,
        answer_id,
        ticket_id,
        unit.now,
    )
    if recorded is None:
        raise NotFound(NO_ANSWER)
    await execute(
        "insert into answer_insertion (use_id, answer_id, ticket_id, agent_id, text, created_at) values ($1, $2, $3, $4, $5, $6)",
        use_id,
        answer_id,
        ticket_id,
        unit.actor.person_id,
        text,
        unit.now,
    )
    return use_id


@dataclass(frozen=True, slots=True)
class _Inserted:
    """A text that went into a reply, as the ledger knows its answer."""

    use_id: UUID
    answer_id: UUID
    revision: int
    cluster_id: UUID | None
    text: str


async def note_sent_answers(message_id: UUID) -> int:
    """The reply was sent: a row for each answer its agent had inserted, with how much of it was changed; returns how many.

    Safe to repeat. An answer inserted twice counts as the copy that was changed least.
    """
    message = await fetch_one(
        "select m.ticket_id, m.author_id, m.body_source, m.created_at, t.requester_id from ticket_message m"
        " join ticket t on t.id = m.ticket_id where m.id = $1 and m.kind = 'agent'",
        message_id,
    )
    if message is None:
        return 0
    rows = await fetch_all(
        "select i.use_id, i.answer_id, u.revision, u.cluster_id, i.text from answer_insertion i join answer_use u on u.id = i.use_id"
        " where i.ticket_id = $1 and i.agent_id = $2 and i.created_at <= $3",
        message["ticket_id"],
        message["author_id"],
        message["created_at"],
    )
    if not rows:
        return 0
    inserted = [_Inserted(**row) for row in rows]
    distances = await asyncio.to_thread(_measure, inserted, message["body_source"])
    async with unit_of_work(SYSTEM):
        await execute("delete from answer_insertion where use_id = any($1::uuid[])", [one.use_id for one in inserted])
        return await _store(message_id, message, list(distances.values()))


def _measure(inserted: Sequence[_Inserted], body: str) -> dict[UUID, tuple[_Inserted, float]]:
    """By answer, the insertion of which most was sent."""
    found: dict[UUID, tuple[_Inserted, float]] = {}
    for one in inserted:
        distance = share_changed(one.text, body)
        if one.answer_id not in found or distance < found[one.answer_id][1]:
            found[one.answer_id] = (one, distance)
    return found


async def _store(message_id: UUID, message: asyncpg.Record, sent: Sequence[tuple[_Inserted, float]]) -> int:
    return await execute(
        "insert into answer_use (id, answer_id, revision, cluster_id, kind, surface, person_id, ticket_id, message_id, created_at,"
        "   distance)"
        " select n.id, n.answer_id, n.revision, n.cluster_id, 'edited_then_sent', 'desk', $5, $6, $7, $8, n.distance"
        " from unnest($1::uuid[], $2::uuid[], $3::int[], $4::uuid[], $9::float8[]) as n (id, answer_id, revision, cluster_id, distance)"
        " on conflict do nothing",
        [new_id() for _ in sent],
        [one.answer_id for one, _ in sent],
        [one.revision for one, _ in sent],
        [one.cluster_id for one, _ in sent],
        message["requester_id"],
        message["ticket_id"],
        message_id,
        message["created_at"],
        [distance for _, distance in sent],
    )


_UNNOTED = """
select m.id as message_id from answer_insertion i join lateral (
    select m.id from ticket_message m where m.ticket_id = i.ticket_id and m.author_id = i.agent_id and m.kind = 'agent'
    and m.created_at >= i.created_at order by m.created_at limit 1) m on true
where i.created_at < $1 limit $2
"""


async def sweep_insertions() -> int:
    """Look at replies a lost message left out, and forget insertions whose reply was never sent. Returns how many rows were looked at."""
    moment = now()
    forgotten = await execute("delete from answer_insertion where created_at < $1", moment - KEPT)
    rows = await fetch_all(_UNNOTED, moment - timedelta(minutes=1), BATCH)
    sent = {row["message_id"] for row in rows}
    for message_id in sent:
        await note_sent_answers(message_id)
    return len(sent) + forgotten
