"""From commit to handler: offering, leasing, finishing and sweeping outbox rows. At least once, never lost."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from kb.core.clock import now
from kb.core.database import execute, fetch_all, fetch_one
from kb.core.messages import Message, unpack

log = structlog.get_logger()

Offer = Callable[[Sequence[UUID]], Awaitable[None]]

LEASE = timedelta(seconds=60)
"""How long a handler may work before its worker is presumed dead; a killed worker's messages wait this long at most."""

MAX_ATTEMPTS = 8
"""With the doubling wait below, about ten minutes of trying; then the row is kept aside with its reason."""

_offer: Offer | None = None


def set_publisher(offer: Offer | None) -> None:
    """Name the function that tells workers about new messages. Set once at start-up; None leaves all to the sweep."""
    global _offer
    _offer = offer


async def offer(message_ids: Sequence[UUID]) -> None:
    """Tell the queue. A queue that is down is logged and left to the sweep: the write has already succeeded."""
    if _offer is None:
        return
    try:
        await _offer(message_ids)
    except Exception as error:  # any queue failure means the same here: the sweep will offer it
        log.warning("outbox.offer_failed", error=str(error), messages=len(message_ids))
        return
    await execute("update outbox_message set offered_at = $2 where id = any($1::uuid[])", list(message_ids), now())


@dataclass(frozen=True, slots=True)
class LeasedMessage:
    """A message this worker alone may handle until its lease ends, and the handlers already done with it."""

    id: UUID
    message: Message
    attempts: int
    delivered: frozenset[str]


async def lease(message_id: UUID, *, worker: str) -> LeasedMessage | None:
    """Take the message for this worker, or None when it is done, kept aside, waiting or held by another."""
    row = await fetch_one(
        "update outbox_message set leased_by = $2, leased_until = $3, attempts = attempts + 1"
        " where id = $1 and done_at is null and failed_at is null and (leased_until is null or leased_until < $4)"
        " and next_attempt_at <= $4 returning name, payload, attempts",
        message_id,
        worker,
        now() + LEASE,
        now(),
    )
    if row is None:
        return None
    done = await fetch_all("select handler from outbox_delivery where message_id = $1", message_id)
    return LeasedMessage(
        message_id, unpack(row["name"], row["payload"]), row["attempts"], frozenset(d["handler"] for d in done)
    )


async def record_delivery(message_id: UUID, handler: str) -> None:
    """Remember that the handler succeeded, so that a second delivery skips it."""
    await execute(
        "insert into outbox_delivery (message_id, handler, delivered_at) values ($1, $2, $3) on conflict do nothing",
        message_id,
        handler,
        now(),
    )


async def finish(message_id: UUID) -> None:
    """All handlers are done."""
    await execute(
        "update outbox_message set done_at = $2, leased_until = null, error = null where id = $1", message_id, now()
    )


async def give_back(leased: LeasedMessage, *, reason: str) -> None:
    """A handler failed: wait 2, 4, 8 … seconds before the next attempt, or keep the message aside after the last."""
    wait = timedelta(seconds=min(2**leased.attempts, 300))
    failed = now() if leased.attempts >= MAX_ATTEMPTS else None
    await execute(
        "update outbox_message set leased_until = null, next_attempt_at = $2, failed_at = $3, error = $4 where id = $1",
        leased.id,
        now() + wait,
        failed,
        reason[:2000],
    )


async def release_leases_of(worker: str) -> int:
    """A worker that starts again under its old name frees what its killed predecessor held; the next sweep offers it."""
    return await execute(
        "update outbox_message set leased_until = null, offered_at = null"
        " where leased_by = $1 and leased_until is not null and done_at is null and failed_at is null",
        worker,
    )


async def list_unoffered(*, older_than: timedelta, limit: int = 500) -> list[UUID]:
    """Messages the queue has not taken, or took and lost (a queue that vanished): the sweep offers them again."""
    moment: datetime = now()
    rows = await fetch_all(
        "select id from outbox_message where done_at is null and failed_at is null and next_attempt_at <= $1"
        " and (leased_until is null or leased_until < $1) and (offered_at is null or offered_at < $2)"
        " order by id limit $3",
        moment,
        moment - older_than,
        limit,
    )
    return [row["id"] for row in rows]


async def has_waiting(names: Sequence[str]) -> bool:
    """Whether messages of these names could be handled now, or are: who works in the background lets them go first."""
    row = await fetch_one(
        "select 1 from outbox_message where done_at is null and failed_at is null and name = any($1::text[])"
        " and next_attempt_at <= $2 limit 1",
        list(names),
        now(),
    )
    return row is not None


async def count_waiting() -> int:
    """How many messages still wait for a handler."""
    row = await fetch_one("select count(*) as n from outbox_message where done_at is null and failed_at is null")
    return int(row["n"]) if row else 0
