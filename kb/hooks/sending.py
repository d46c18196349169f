"""Telling a webhook: outside any transaction, at least once, always under the same webhook-id, each attempt noted in the log."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from kb.core.clock import now
from kb.core.database import execute, fetch_one, fetch_value
from kb.core.errors import Invalid, Unavailable
from kb.core.ids import new_id
from kb.hooks.kinds import TEST, write_test
from kb.hooks.news import find_data
from kb.hooks.noting import note_failure, note_success
from kb.hooks.rules import LEASE, RESPONSE_KEPT, UNDER_WAY_MOST, WITHHELD, secrets_in_force
from kb.hooks.signing import headers_of, message_id
from kb.ports.postman import Postman, Receipt

GONE = 410
"""By the specification: the receiver wants to hear no more."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one request; `status` is None where nobody answered."""

    status: int | None
    error: str
    response: str
    milliseconds: int
    retry_after: int = 0

    @property
    def is_taken(self) -> bool:
        """Any 2xx."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        """It says that it will never take anything again."""
        return self.status == GONE


async def send_planned(delivery_id: UUID, postman: Postman, *, base_url: str) -> bool:
    """Send what was just planned, unless its webhook is failing or slow: then the sweep sends, one at a time, so that one receiver
    never has all workers waiting for it."""
    is_left_to_sweep = await fetch_value(
        "select w.failing_since is not null or $3 <= (select count(*) from webhook_delivery o"
        "   join webhook_attempt a on a.delivery_id = o.id and a.milliseconds is null and a.started_at > $4"
        "   where o.webhook_id = w.id and o.state = 'waiting')"
        " from webhook_delivery d join webhook w on w.id = d.webhook_id where d.id = $1 and d.attempts = 0 and d.kind <> $2",
        delivery_id,
        TEST,
        UNDER_WAY_MOST,
        now() - LEASE,
    )
    if is_left_to_sweep:
        return False
    return await send_delivery(delivery_id, postman, base_url=base_url)


async def send_delivery(delivery_id: UUID, postman: Postman, *, base_url: str) -> bool:
    """Send it unless that was done, is being done, is not due, or its webhook is paused. True where it was taken now."""
    taken = await _take(delivery_id)
    if taken is None:
        return False
    data = await _find_data(taken, base_url)
    if data is None:
        await _withhold(delivery_id)
        return False
    body = json.dumps(
        {"type": taken["kind"], "timestamp": taken["happened_at"].isoformat(), "data": data},
        ensure_ascii=False,
        separators=(",", ":"),
    )
    attempt_id = await _begin(taken, body)
    outcome = await _post(taken, body.encode(), postman)
    await _end(attempt_id, outcome)
    if outcome.is_taken:
        await note_success(delivery_id, taken["webhook_id"])
        return True
    await note_failure(
        delivery_id,
        taken["webhook_id"],
        attempts=taken["attempts"],
        is_gone=outcome.is_gone,
        retry_after=outcome.retry_after,
    )
    return False


async def _take(delivery_id: UUID) -> asyncpg.Record | None:
    """The delivery for this worker alone until its lease ends."""
    return await fetch_one(
        "update webhook_delivery d set attempts = d.attempts + 1, next_attempt_at = $3 from webhook w"
        " where d.id = $1 and w.id = d.webhook_id and d.state = 'waiting' and d.next_attempt_at <= $2"
        " and w.paused_at is null and w.deleted_at is null"
        " returning d.id, d.webhook_id, d.thing, d.kind, d.subject_id, d.happened_at, d.attempts,"
        " w.name, w.url, w.audience, w.secret, w.former_secret, w.former_until",
        delivery_id,
        now(),
        now() + LEASE,
    )


async def _find_data(taken: asyncpg.Record, base_url: str) -> Mapping[str, Any] | None:
    if taken["kind"] == TEST:
        return write_test(str(taken["webhook_id"]), taken["name"])
    return await find_data(
        taken["kind"], taken["subject_id"], taken["audience"], thing=taken["thing"], base_url=base_url
    )


async def _withhold(delivery_id: UUID) -> None:
    """What may not be told is not kept either."""
    await execute(
        "update webhook_delivery set state = $2, body = null, settled_at = $3 where id = $1 and state = 'waiting'",
        delivery_id,
        WITHHELD,
        now(),
    )


async def _begin(taken: asyncpg.Record, body: str) -> UUID:
    """Before the request, so that also one whose worker dies stands in the log."""
    attempt_id = new_id()
    await execute(
        "with sent as (update webhook_delivery set body = $5 where id = $2)"
        " insert into webhook_attempt (id, delivery_id, number, started_at) values ($1, $2, $3, $4)",
        attempt_id,
        taken["id"],
        taken["attempts"],
        now(),
        body,
    )
    return attempt_id


async def _post(taken: asyncpg.Record, body: bytes, postman: Postman) -> Outcome:
    at: datetime = now()
    secrets = secrets_in_force(taken["secret"], taken["former_secret"], taken["former_until"], at=at)
    headers = headers_of(secrets, message=message_id(taken["id"]), timestamp=int(at.timestamp()), body=body)
    started = time.monotonic()
    try:
        receipt = await postman.post(taken["url"], headers, body)
    except (Invalid, Unavailable) as refused:
        return Outcome(None, refused.message[:RESPONSE_KEPT], "", _since(started))
    return _outcome(receipt, _since(started))


def _outcome(receipt: Receipt, milliseconds: int) -> Outcome:
    error = "" if 200 <= receipt.status < 300 else f"It answered {receipt.status}."
    if 300 <= receipt.status < 400:
        error = f"It answered {receipt.status}; redirects are not followed."
    return Outcome(receipt.status, error, receipt.text[:RESPONSE_KEPT], milliseconds, receipt.retry_after)


def _since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)


async def _end(attempt_id: UUID, outcome: Outcome) -> None:
    await execute(
        "update webhook_attempt set milliseconds = $2, status = $3, error = $4, response = $5 where id = $1",
        attempt_id,
        outcome.milliseconds,
        outcome.status,
        outcome.error,
        outcome.response,
    )
