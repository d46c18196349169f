"""Conversations are kept for a time and then forgotten. What was asked in them stays as questions, with personal data masked."""

from datetime import timedelta

from kb.core.clock import now
from kb.core.database import execute
from kb.core.pruning import BATCH, in_batches

SILENT_FOR = timedelta(days=1)
"""A chat in which nobody said anything was opened by chance."""


async def forget_old_conversations(*, days: int) -> int:
    """Remove conversations nobody has said anything in for so many days, and empty ones after a day; returns how many.

    One that became a ticket is kept with the ticket's requester in reach until then: the replies are read through it.
    """
    moment = now()
    return await in_batches(
        lambda: execute(
            "delete from conversation where id in (select id from conversation where last_turn_at < $1"
            " or (turn_count = 0 and last_turn_at < $2) order by last_turn_at limit $3)",
            moment - timedelta(days=days),
            moment - SILENT_FOR,
            BATCH,
        )
    )
