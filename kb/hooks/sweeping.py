"""Sending by the clock what is due: second attempts, and what a lost message or a killed worker left untried."""

import asyncio
import time
from itertools import groupby
from uuid import UUID

from kb.core.clock import now
from kb.core.database import fetch_all
from kb.hooks.rules import SWEEP_AFTER
from kb.hooks.sending import send_delivery
from kb.ports.postman import Postman

WEBHOOKS_AT_ONCE = 4
"""Told side by side; each of them one delivery after the other, so that one that hangs holds up nobody else."""

OF_ONE_WEBHOOK = 50
"""Deliveries in one run: a receiver that was down for a day is not flooded when it is back."""

TIME_FOR_ONE_WEBHOOK = 25
"""Seconds of one run: the next one begins after thirty."""


async def send_due(postman: Postman, *, base_url: str) -> int:
    """Send what waits and is due; returns how much was taken. A webhook that fails is left alone until the next run."""
    rows = await fetch_all(
        "select x.id, x.webhook_id from webhook w cross join lateral (select d.id, d.webhook_id, d.next_attempt_at"
        "   from webhook_delivery d where d.webhook_id = w.id and d.state = 'waiting' and d.next_attempt_at <= $1"
        "   and (d.attempts > 0 or d.created_at <= $2) order by d.next_attempt_at, d.id limit $3) x"
        " where w.paused_at is null and w.deleted_at is null order by x.webhook_id, x.next_attempt_at, x.id",
        now(),
        now() - SWEEP_AFTER,
        OF_ONE_WEBHOOK,
    )
    turns = asyncio.Semaphore(WEBHOOKS_AT_ONCE)
    by_webhook = [[row["id"] for row in group] for _, group in groupby(rows, key=lambda row: row["webhook_id"])]
    return sum(await asyncio.gather(*(_send_in_turn(ids, postman, base_url, turns) for ids in by_webhook)))


async def _send_in_turn(ids: list[UUID], postman: Postman, base_url: str, turns: asyncio.Semaphore) -> int:
    sent = 0
    async with turns:
        ends = time.monotonic() + TIME_FOR_ONE_WEBHOOK
        for delivery_id in ids:
            if time.monotonic() > ends:
                break
            taken = await send_delivery(delivery_id, postman, base_url=base_url)
            sent += taken
            if not taken and await _is_failing(delivery_id):
                break
    return sent


async def _is_failing(delivery_id: UUID) -> bool:
    row = await fetch_all(
        "select 1 from webhook_delivery d join webhook w on w.id = d.webhook_id"
        " where d.id = $1 and (w.failing_since is not null or w.paused_at is not null)",
        delivery_id,
    )
    return bool(row)
