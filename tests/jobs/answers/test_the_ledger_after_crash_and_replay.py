"""Counters are sums of the ledger, and the ledger says the same after a worker died anywhere and after every message came again."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from jobs.delivering import deliver
from jobs.handlers.answers import sweep_answers
from jobs.tools import Tools
from kb.answers.inserting import Into, insert_answer
from kb.answers.ledger import count_uses
from kb.core import outbox
from kb.core.actor import SYSTEM
from kb.core.database import execute, fetch_all, fetch_value, listen_to_statements
from kb.core.policy import Role
from kb.tickets.acting import SOLVED
from kb.tickets.answering import reply_to_ticket
from tests.support.factories import make_person
from tests.support.tickets_factories import make_ticket

PROBLEM = "The reset mail does not arrive, I have waited for an hour and looked everywhere for it since this morning."
REPLY = "Open Settings, choose Security, press Reset and wait for the mail with the link in it."
CHANGED = f"Hello!\n\n{REPLY.replace('mail', 'text message')}"

LEDGER = (
    "select a.source_id, u.kind, u.ticket_id, u.message_id, u.question_id, u.person_id from answer_use u"
    " join answer a on a.id = u.answer_id"
)


async def test_crash_and_replay_change_no_counter(tools: Tools, deliver_all: Callable[[], Awaitable[int]]) -> None:
    agent, ines = await make_person(Role.AGENT), await make_person(name="Ines")
    first, second = await make_ticket(body=PROBLEM), await make_ticket(ines, body=PROBLEM)
    written = await reply_to_ticket(agent, first.id, REPLY)
    await deliver_all()
    answer_id = await fetch_value("select id from answer where source_id = $1 and cluster_id is not null", written)
    assert answer_id is not None, "the two who ask the same are one cluster"

    await insert_answer(agent, into=Into("ticket", second.id), answer_id=answer_id, text=REPLY)
    sent = await reply_to_ticket(agent, second.id, CHANGED, acts=SOLVED)
    await reply_to_ticket(ines, second.id, "Still nothing.", "customer")
    again = await make_ticket(ines, body=PROBLEM)
    await die_at_random_moments(tools)
    await deliver_all()
    await sweep_answers(tools)

    ledger = await read_ledger()
    question_id = await fetch_value("select id from question where parent_id = $1", again.id)
    of_ines = ines.person_id
    assert Counter(row[1:] for row in ledger if row[0] == written) == Counter(
        [
            (
                "sent",
                first.id,
                written,
                None,
                await fetch_value("select requester_id from ticket where id = $1", first.id),
            ),
            ("inserted", second.id, None, None, of_ines),
            ("edited_then_sent", second.id, sent, None, of_ines),
            ("reopened", second.id, None, None, of_ines),
            ("re_asked", None, None, question_id, of_ines),
        ]
    )
    before = await read_counters(answer_id)

    for _ in range(2):
        await hand_out_everything_again()
        await deliver_all()
        await sweep_answers(tools)

    assert await read_ledger() == ledger
    assert await read_counters(answer_id) == before
    people = Counter(kind for kind, _ in {(row[1], row[5]) for row in ledger if row[0] == written})
    assert before == {kind: people[kind] for kind in before}


async def die_at_random_moments(tools: Tools) -> None:
    """Each message's first delivery ends at some statement, as by a kill: the lease runs out, and another worker takes it."""
    chance = random.Random(5)
    for message_id in await outbox.list_unoffered(older_than=outbox.LEASE * 0):
        delivering = asyncio.create_task(deliver(message_id, tools, worker="doomed"))
        left = chance.randrange(2, 25)

        def count_down(_: str, delivering: asyncio.Task[bool] = delivering) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                delivering.cancel()

        stop = listen_to_statements(count_down)
        await asyncio.wait([delivering])
        stop()
    await execute("update outbox_message set leased_until = null, next_attempt_at = created_at where done_at is null")


async def hand_out_everything_again() -> None:
    """As if every message came a second time and nobody remembered what was done."""
    await execute("delete from outbox_delivery")
    await execute(
        "update outbox_message set done_at = null, leased_until = null, offered_at = null, attempts = 0, next_attempt_at = created_at"
    )


async def read_ledger() -> list[tuple[Any, ...]]:
    return sorted((tuple(row) for row in await fetch_all(LEDGER)), key=repr)


async def read_counters(answer_id: UUID) -> dict[str, int]:
    counted = (await count_uses(SYSTEM, [answer_id]))[answer_id]
    return {kind: getattr(counted, kind) for kind in type(counted).__slots__}
