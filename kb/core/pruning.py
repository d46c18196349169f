"""Rows that have done their work and would pile up for ever, removed a batch at a time."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID

from kb.core.clock import now
from kb.core.database import execute

DONE_KEPT = timedelta(days=7)
"""How long a handled message stays: whoever asks on Monday what happened on Friday finds it."""

COUNTS_KEPT = timedelta(days=1)
"""No limit counts over more than a day."""

BATCH = 5_000
"""Rows in one statement: some 50 ms, so that no other write waits long for it."""


async def forget_done_messages() -> int:
    """Remove messages that every handler has heard, with their deliveries; returns how many.

    What waits, and what was kept aside with its reason, stays. Ids grow with time, so the oldest are found without an index of their own.
    """
    before = now() - DONE_KEPT
    return await in_batches(
        lambda: execute(
            "delete from outbox_message where id in (select id from outbox_message where id < $1 and done_at < $2"
            " order by id limit $3)",
            first_id_at(before),
            before,
            BATCH,
        )
    )


async def forget_old_counts(*, older_than: timedelta = COUNTS_KEPT) -> int:
    """Remove counters of rate limits whose window is long over; returns how many."""
    before = now() - older_than
    return await in_batches(
        lambda: execute(
            "delete from rate_count where key_hash in (select key_hash from rate_count where started_at < $1 limit $2)"
            " and started_at < $1",
            before,
            BATCH,
        )
    )


async def in_batches(remove: Callable[[], Awaitable[int]]) -> int:
    """Repeat a removal of `BATCH` rows until it finds none; returns how many went. Rooms forget their own rows with it."""
    total = 0
    while removed := await remove():
        total += removed
    return total


def first_id_at(moment: datetime) -> UUID:
    """The least UUIDv7 of that millisecond."""
    return UUID(int=round(moment.timestamp() * 1000) << 80)
