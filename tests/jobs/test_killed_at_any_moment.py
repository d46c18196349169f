"""kill -9 of the worker and of Redis while work is under way: nothing is lost, and nothing is done twice.

Real processes: a Redis, a worker with the real model, a mail server, a tracker that answers over HTTP.
"""

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from kb.adapters.arq_queue import ArqQueue, redis_from
from kb.adapters.smtp_channel import SmtpChannel
from kb.core import outbox
from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.ids import new_id
from kb.core.policy import Role
from kb.outreach.sending import sweep_unsent_messages
from kb.outreach.triggers import ensure_default_triggers
from kb.product.filing import file_issue
from kb.product.weighing import weigh_pain_points
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_space, make_topic
from tests.support.mail_server import MailServer, mail_server
from tests.support.processes import Processes
from tests.support.product_factories import PretendGitHub, hurt, make_cluster, pretend_github
from tests.support.signals_factories import make_product, send_events
from tests.support.tickets_factories import make_ticket

ROUNDS = 5
QUIET_WITHIN_SECONDS = 60


@dataclass
class Outside:
    """What the worker reaches, and the worker itself."""

    processes: Processes
    mail: MailServer
    github: PretendGitHub


@pytest.fixture
async def outside(db: str, tmp_path: Path) -> AsyncIterator[Outside]:
    with mail_server() as mail:
        async with pretend_github() as github:
            processes = Processes(
                tmp_path, DATABASE_URL=db, SMTP_URL=mail.url, GITHUB_API_URL=github.url, GITHUB_REPOSITORY="fernbook/app",
                GITHUB_TOKEN=github.token, SECRET_KEY="only-in-tests",
            )  # fmt: skip
            await ensure_default_triggers()
            processes.start("redis")
            processes.start("worker")
            queue = ArqQueue(redis_from(processes.redis_url))
            outbox.set_publisher(queue.offer)
            try:
                yield Outside(processes, mail, github)
            finally:
                outbox.set_publisher(None)
                await asyncio.to_thread(processes.stop)
                await queue.close()


async def fail_to_log_in(person: Actor) -> None:
    """Three failed log-ins of somebody the product vouches for."""
    app = await make_product()
    who = str(person.person_id)
    await execute(
        "insert into identity (app_id, distinct_id, person_id, verified, created_at) values ($1, $2, $3, true, $4)"
        " on conflict do nothing",
        app.id,
        who,
        person.person_id,
        now(),
    )
    await send_events(
        *[{"name": "login_failed", "distinct_id": who, "id": str(new_id()), "page": "/login"} for _ in range(3)],
        app=app,
        trusted=True,
    )


async def make_painful_cluster(label: str) -> UUID:
    """A problem that hurts somebody and may be filed."""
    cluster = await make_cluster(label)
    await hurt(cluster, await make_person())
    await weigh_pain_points()
    return cluster


async def quiet() -> None:
    """Until no message of the outbox waits any more."""
    async with asyncio.timeout(QUIET_WITHIN_SECONDS):
        while await outbox.count_waiting():
            await asyncio.sleep(0.1)


async def work_under_way() -> None:
    """Until a worker holds a message: a kill before that hits nothing."""
    async with asyncio.timeout(QUIET_WITHIN_SECONDS):
        while not await fetch_value(
            "select count(*) from outbox_message where leased_until is not null and done_at is null"
        ):
            await asyncio.sleep(0.005)


async def let_two_minutes_pass(mail: MailServer) -> None:
    """The lease of a mail that a killed worker held runs out, and the sweep of each minute comes by."""
    await execute("update message set next_attempt_at = now(), created_at = created_at - interval '2 minutes'")
    await sweep_unsent_messages(
        {"email": SmtpChannel(mail.url, sender="help@fernbook.example")}, base_url="http://test"
    )


def mails_by_id(mail: MailServer) -> dict[str, str]:
    """To whom each mail went; copies under one Message-ID are one mail to every mailbox."""
    return {kept["Message-ID"].split("@")[0]: str(kept["To"]) for kept in mail.mails}


async def rows(query: str) -> list[Any]:
    return [tuple(row) for row in await fetch_all(query)]


async def make_work(round_: int, manager: Actor, painful: UUID) -> list[Actor]:
    """Topics, tickets, failed log-ins and an issue; returns those to whom a mail is due."""
    mailed = [await make_person() for _ in range(4)]
    for number, person in enumerate(mailed):
        topic = await make_topic(title=f"Export {number} stops in round {round_}", body=f"At row {number}{round_}.")
        await make_reply(topic)
        await make_ticket(subject=f"Invoice {number}.{round_} is sent twice")
        await fail_to_log_in(person)
    await file_issue(manager, painful, tracker="github", base_url="http://test")
    return mailed


async def test_nothing_is_lost_or_done_twice_when_worker_and_redis_are_killed_again_and_again(outside: Outside) -> None:
    moments, manager = random.Random(20261124), await make_person(Role.PRODUCT_MANAGER)
    painful = [await make_painful_cluster(f"Pain {number}") for number in range(ROUNDS)]
    await make_space("help")
    mailed: list[Actor] = []

    for round_ in range(ROUNDS):
        mailed += await make_work(round_, manager, painful[round_])
        await work_under_way()
        await asyncio.sleep(moments.uniform(0, 0.3))
        victims = [("worker",), ("redis",), ("worker", "redis")][round_ % 3]
        await asyncio.to_thread(outside.processes.restart, *victims)

    await quiet()
    await let_two_minutes_pass(outside.mail)

    assert await fetch_value("select count(*) from outbox_message where failed_at is not null") == 0
    asked = 2 * 4 * ROUNDS
    assert await rows(
        "select considered_at is not null, count(*) from question where source_kind in ('topic', 'ticket') group by 1"
    ) == [(True, asked)]
    assert await fetch_value("select count(*) from question_vector") >= asked
    for once_each in ("signal", "claim", "message"):
        assert await rows(f"select count(*), count(distinct person_id) from {once_each}") == [
            (len(mailed), len(mailed))
        ]
    assert await rows("select distinct state from message") == [("sent",)]
    addresses = await rows("select email from person where id in (select person_id from signal) order by 1")
    assert sorted(mails_by_id(outside.mail).values()) == [address for (address,) in addresses]
    assert await rows("select state, count(*) from issue group by state") == [("open", ROUNDS)]
    assert len(outside.github.issues) == ROUNDS


async def test_killed_between_the_mail_servers_yes_and_the_note_of_it_the_mail_goes_again_under_the_same_id(
    outside: Outside,
) -> None:
    """The one moment nobody can tell from a mail that never went; mailboxes fold copies of one Message-ID."""
    outside.mail.after_keeping = lambda: outside.processes.kill("worker")
    await fail_to_log_in(await make_person())
    async with asyncio.timeout(30):
        while not outside.mail.mails:
            await asyncio.sleep(0.05)
    outside.mail.after_keeping = None

    outside.processes.start("worker")
    await quiet()
    await let_two_minutes_pass(outside.mail)

    assert len(outside.mail.mails) == 2
    assert len(mails_by_id(outside.mail)) == 1
    assert await rows("select state, attempts from message") == [("sent", 2)]


async def test_killed_between_the_trackers_yes_and_the_note_of_it_the_issue_is_found_again(outside: Outside) -> None:
    outside.github.after_creating = lambda: outside.processes.kill("worker")
    cluster = await make_painful_cluster("The Send button does nothing")
    await file_issue(await make_person(Role.PRODUCT_MANAGER), cluster, tracker="github", base_url="http://test")
    async with asyncio.timeout(30):
        while not outside.github.issues:
            await asyncio.sleep(0.05)
    outside.github.after_creating = None

    outside.processes.start("worker")
    await quiet()

    assert len(outside.github.issues) == 1
    assert await rows("select state, external_id from issue") == [("open", "fernbook/app#1")]


async def test_a_worker_told_to_stop_while_redis_is_away_stops(outside: Outside) -> None:
    await make_topic()
    async with asyncio.timeout(QUIET_WITHIN_SECONDS):
        while await outbox.count_waiting():
            await asyncio.sleep(0.05)
    outside.processes.kill("redis")

    assert await asyncio.to_thread(outside.processes.terminate, "worker") == 0
