"""After an import: what it brought becomes questions and answers, in the background and behind whatever people ask meanwhile.

Imports note what they bring in the very transaction that stores it. One worker at a time works it off, in short turns of small
steps, so that the embedder is never held for longer than a step and a fresh question waits for no more than that.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

import structlog

from kb.answers.collecting import collect_answers_of_messages, collect_answers_of_posts
from kb.clusters.embedding import ensure_vectors
from kb.clusters.extracting import extract_from_ticket_messages, extract_from_topics
from kb.clusters.following import embedder_in_force
from kb.clusters.joining import join_questions
from kb.clusters.messages import QuestionsExtracted
from kb.core.actor import SYSTEM, Actor
from kb.core.database import connection, execute, fetch_all, fetch_one, fetch_value
from kb.core.errors import Unavailable
from kb.core.outbox import has_waiting
from kb.core.permissions import Permission
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.forum.messages import TopicAsked
from kb.imports.messages import ImportsWait
from kb.ports.embedder import Embedder
from kb.tickets.messages import CustomerWrote, TicketOpened

log = structlog.get_logger()

Waiting = Literal["topic", "accepted", "customer", "reply"]

WAITS_TO_BE_READ = (
    "exists (select 1 from import_waiting w where w.kind in ('topic', 'customer') and w.subject_id = {id}"
    " and w.done_at is null)"
)
"""SQL that tells whether the topic or message `{id}` still has its turn to come: no other sweep reads it meanwhile."""

STEP = 32
"""Texts embedded before others have their turn: a tenth of a second to a second, by their length."""

SIZES = {"topic": STEP, "customer": STEP, "accepted": 200, "reply": 200}
"""In this order, and so many at a time; answers are only copied."""

FRESH = tuple(kind.__name__ for kind in (TopicAsked, TicketOpened, CustomerWrote, QuestionsExtracted))
"""Messages by which somebody who asks now waits for us."""

MOST_LOOKS, LOOK_AGAIN_SECONDS = 20, 0.05
"""How often a step looks whether these are handled, and how long it waits between two looks: a second in all."""

TURN_SECONDS = 10.0
"""Of one job: well under the lease of a message, so that no second worker takes it for dead."""

PLACED_ONE_BY_ONE = 1_000
"""Waiting texts up to which each question is placed as it comes. Of more only vectors are made: a refresh groups them all better,
and in a hundredth of the time (kb/clusters/README.md)."""

RATE_MINUTES = 5
"""Over how long the speed is measured that tells how long it will take."""

_TURN = 7_310_061
"""The lock of whoever works it off."""


@dataclass(frozen=True, slots=True)
class CatchingUp:
    """How far it is. `minutes_left` is None before there is a speed to tell it by, and when nothing is left."""

    done: int
    all: int
    per_minute: float
    minutes_left: int | None

    @property
    def left(self) -> int:
        """What still waits."""
        return self.all - self.done


async def note_waiting(unit: UnitOfWork, kind: Waiting, subject_ids: Sequence[UUID]) -> None:
    """Inside the transaction that stores them."""
    if subject_ids:
        await execute(
            "insert into import_waiting (kind, subject_id, noted_at) select $1, unnest($2::uuid[]), $3 on conflict do nothing",
            kind,
            list(subject_ids),
            unit.now,
        )


async def catch_up(embedder: Embedder, *, seconds: float = TURN_SECONDS) -> int:
    """One turn; returns how many were read. Says `ImportsWait` where some are left. While somebody else is at it, nothing is done."""
    async with connection() as conn:
        if not await conn.fetchval("select pg_try_advisory_lock($1)", _TURN):
            return 0
        try:
            return await _take_turn(embedder, until=time.monotonic() + seconds)
        finally:
            await conn.fetchval("select pg_advisory_unlock($1)", _TURN)


async def _take_turn(embedder: Embedder, *, until: float) -> int:
    read = 0
    while step := await _step(embedder):
        read += step
        await _let_others_go_first()
        if time.monotonic() >= until:
            async with unit_of_work(SYSTEM) as unit:
                unit.emit(ImportsWait())
            return read
    await execute("delete from import_waiting where not exists (select 1 from import_waiting where done_at is null)")
    return read


async def _let_others_go_first() -> None:
    """For a while: where questions never end, the import goes on nevertheless."""
    for _ in range(MOST_LOOKS):
        if not await has_waiting(FRESH):
            return
        await asyncio.sleep(LOOK_AGAIN_SECONDS)


async def _step(embedder: Embedder) -> int:
    for kind, size in SIZES.items():
        rows = await fetch_all(
            "select subject_id from import_waiting where kind = $1 and done_at is null order by id limit $2", kind, size
        )
        if rows:
            await _read_or_leave_out(kind, [row["subject_id"] for row in rows], embedder)
            return len(rows)
    return 0


async def _read_or_leave_out(kind: str, ids: Sequence[UUID], embedder: Embedder) -> None:
    """One text that breaks us keeps none of the others waiting; the log names it."""
    try:
        await _read(kind, ids, embedder)
    except (Unavailable, OSError):
        raise
    except Exception:  # whatever is wrong with one of them
        if len(ids) > 1:
            for id_ in ids:
                await _read_or_leave_out(kind, [id_], embedder)
            return
        log.warning("imports.left_out", kind=kind, subject=str(ids[0]), exc_info=True)
        await _note_done(kind, ids)


async def _read(kind: str, ids: Sequence[UUID], embedder: Embedder) -> None:
    match kind:
        case "topic":
            await _place(await extract_from_topics(ids, announces=False), embedder)
        case "customer":
            await _place(await extract_from_ticket_messages(ids, announces=False), embedder)
        case "accepted":
            await collect_answers_of_posts(ids)
        case _:
            await collect_answers_of_messages(ids)
    await _note_done(kind, ids)


async def _note_done(kind: str, ids: Sequence[UUID]) -> None:
    async with unit_of_work(SYSTEM) as unit:
        await execute(
            "update import_waiting set done_at = $3 where kind = $1 and subject_id = any($2::uuid[])",
            kind,
            ids,
            unit.now,
        )


async def _place(question_ids: Sequence[UUID], embedder: Embedder) -> None:
    if await _are_many():
        await ensure_vectors(question_ids, await embedder_in_force(embedder))
    else:
        await join_questions(question_ids, embedder)


async def _are_many() -> bool:
    """Of everything that came together, not of what is left: the last thousand of many are not placed otherwise than the first."""
    found = await fetch_value(
        "select 1 from import_waiting where kind in ('topic', 'customer') order by id offset $1 limit 1",
        PLACED_ONE_BY_ONE,
    )
    return found is not None


async def read_catching_up(actor: Actor) -> CatchingUp:
    """Texts that questions are made of; a count without names, so all who read the loop may read it."""
    actor.require(Permission.LOOP_READ)
    row = await fetch_one(
        "select count(*) as all, count(done_at) as done, count(*) filter (where done_at > now() - $1 * interval '1 minute') as lately,"
        " extract(epoch from now() - min(done_at) filter (where done_at > now() - $1 * interval '1 minute')) / 60 as minutes"
        " from import_waiting where kind in ('topic', 'customer')",
        float(RATE_MINUTES),
    )
    everything, done = (int(row["all"]), int(row["done"])) if row else (0, 0)
    minutes = max(float(row["minutes"] or 0), 0.1) if row else 0.1
    rate = (int(row["lately"]) if row else 0) / minutes
    left = everything - done
    return CatchingUp(done, everything, rate, max(1, round(left / rate)) if rate and left else None)
