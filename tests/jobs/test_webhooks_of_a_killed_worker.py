"""kill -9 of the worker while a webhook's receiver is about to answer: it is told again, under the same webhook-id."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from kb.adapters.arq_queue import ArqQueue, redis_from
from kb.core import outbox
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.policy import Role
from tests.support.factories import make_person
from tests.support.forum_factories import make_topic
from tests.support.hooks_factories import make_webhook
from tests.support.processes import Processes
from tests.support.webhook_receiver import receiver

WITHIN_SECONDS = 90
"""A worker's start, and the half minute between two sweeps."""


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(WITHIN_SECONDS):
        while not happened():
            await asyncio.sleep(0.05)


async def test_killed_before_the_answer_came_the_webhook_is_told_again_under_the_same_id(
    db: str, tmp_path: Path
) -> None:
    async with receiver() as wiki:
        processes = Processes(
            tmp_path, DATABASE_URL=db, SECRET_KEY="only-in-tests", WEBHOOK_INSIDE_HOSTS="127.0.0.1", SMTP_URL=""
        )
        made = await make_webhook(wiki.url, admin=await make_person(Role.ADMIN))
        wiki.before_answering = lambda: processes.kill("worker")
        processes.start("redis")
        queue = ArqQueue(redis_from(processes.redis_url))
        outbox.set_publisher(queue.offer)
        try:
            processes.start("worker")
            await make_topic()
            await until(lambda: len(wiki.told) == 1)
            wiki.before_answering = None
            assert await fetch_value("select state from webhook_delivery") == "waiting"
            # The dead worker's lease runs out.
            await execute(
                "update webhook_delivery set next_attempt_at = now(), created_at = created_at - interval '1 minute'"
            )
            processes.start("worker")
            await until(lambda: len(wiki.told) == 2)
            async with asyncio.timeout(WITHIN_SECONDS):
                while await fetch_value("select state from webhook_delivery") != "sent":
                    await asyncio.sleep(0.05)
        finally:
            outbox.set_publisher(None)
            await asyncio.to_thread(processes.stop)
            await queue.close()

        assert wiki.told[0].id == wiki.told[1].id
        assert all(told.is_signed_with(made.secret) for told in wiki.told)
        attempts = await fetch_all(
            "select number, status, milliseconds is null as unheard from webhook_attempt order by number"
        )
        assert [tuple(row) for row in attempts] == [(1, None, True), (2, 204, False)]
