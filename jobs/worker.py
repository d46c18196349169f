"""The worker process: arq in, kb out. Builds the ports once and runs handlers and the schedule."""

import asyncio
import os
import signal
import socket
import time
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from arq import cron
from arq.cron import CronJob
from arq.worker import Worker
from redis.exceptions import ConnectionError as RedisDown

from jobs.delivering import deliver
from jobs.schedule import SCHEDULE, Scheduled
from jobs.tools import Tools
from kb.adapters.arq_queue import ArqQueue, redis_from
from kb.clusters.following import keep_following
from kb.core import outbox
from kb.core.database import close_database, open_database
from kb.core.settings import Settings
from kb.outreach.triggers import ensure_default_triggers

log = structlog.get_logger()

POLL_SECONDS = 0.1
"""How often arq looks for jobs; its default of 0.5 s would eat a quarter of the budget asked -> clustered."""

QUEUE_PATIENCE_SECONDS = 1
"""Between two tries to reach a queue that is down."""

OFFER_AGAIN_AFTER = timedelta(seconds=10)
"""A message offered longer ago than this and not leased was lost by the queue."""


def worker_name(settings: Settings) -> str:
    """The name leases are held under."""
    return settings["WORKER_NAME"] or f"{socket.gethostname()}:{os.getpid()}"


async def deliver_message(ctx: dict[str, Any], message_id: str) -> None:
    """arq's door to `deliver`."""
    await deliver(UUID(message_id), ctx["tools"], worker=ctx["worker_name"])


async def sweep_outbox(ctx: dict[str, Any]) -> None:
    """Offer again what the queue has not taken, or lost."""
    waiting = await outbox.list_unoffered(older_than=OFFER_AGAIN_AFTER)
    if waiting:
        await outbox.offer(waiting)


def _cron(item: Scheduled) -> CronJob:
    async def run(ctx: dict[str, Any]) -> None:
        await item.run(ctx["tools"])

    run.__qualname__ = item.name
    return cron(run, name=item.name, **_times(item.every), keep_result=0, run_at_startup=False)


def _times(every: int) -> dict[str, Any]:
    """arq's calendar fields for a period in seconds."""
    if every < 60:
        return {"second": set(range(0, 60, every))}
    if every < 3600:
        return {"minute": set(range(0, 60, every // 60)), "second": 0}
    return {"hour": set(range(0, 24, every // 3600)), "minute": 7, "second": 0}


def build_worker(settings: Settings, make_tools: Callable[[Settings], Coroutine[Any, Any, Tools]]) -> Worker:
    """An arq worker over these settings; `make_tools` builds the ports inside the worker's own loop."""
    name = worker_name(settings)

    async def start(ctx: dict[str, Any]) -> None:
        await open_database(settings["DATABASE_URL"])
        await ensure_default_triggers()
        freed = await outbox.release_leases_of(name)
        outbox.set_publisher(ArqQueue(ctx["redis"]).offer)
        tools = await make_tools(settings)
        ctx.update(tools=tools, worker_name=name, following=asyncio.create_task(keep_following(tools.embedder)))
        log.info("worker.ready", name=name, freed_leases=freed)

    async def stop(ctx: dict[str, Any]) -> None:
        ctx["following"].cancel()
        await close_database()

    sweep = cron(sweep_outbox, name="sweep_outbox", second=set(range(0, 60, 5)), keep_result=0, run_at_startup=True)
    return Worker(
        functions=[deliver_message],
        cron_jobs=[sweep, *map(_cron, SCHEDULE)],
        redis_pool=redis_from(settings["REDIS_URL"]),
        on_startup=start,
        on_shutdown=stop,
        poll_delay=POLL_SECONDS,
        keep_result=0,
        max_jobs=8,
        job_timeout=300,
        max_tries=1,
        log_results=False,
    )


def run_worker(settings: Settings, make_tools: Callable[[Settings], Coroutine[Any, Any, Tools]]) -> None:
    """Work until told to stop. A queue that vanishes is waited for: the outbox keeps what is to be done."""
    while True:
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        told_to_stop: list[signal.Signals] = []
        worker = build_worker(settings, make_tools)
        worker.on_stop = told_to_stop.append
        try:
            worker.run()
            return
        except (RedisDown, OSError) as error:
            log.warning("worker.queue_down", error=str(error))
        finally:
            _close(loop)
        if told_to_stop:  # while the queue was away, so that saying good-bye to it failed
            return
        time.sleep(QUEUE_PATIENCE_SECONDS)


def _close(loop: asyncio.AbstractEventLoop) -> None:
    """Leave nothing of a worker behind: a loop left open would swallow the signal to stop, and keep its connections."""
    for task in (left := asyncio.all_tasks(loop)):
        task.cancel()
    loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
    loop.run_until_complete(close_database())
    loop.close()
