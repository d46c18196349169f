"""Delivering outbox messages on the spot, without Redis, through the very function the worker uses."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from jobs.delivering import deliver
from jobs.tools import Tools
from kb.core import outbox


class ForgetfulQueue:
    """A queue that loses everything: what tests deliver comes from the outbox, as the sweep's would."""

    async def offer(self, message_ids: Sequence[UUID]) -> None:
        """Forget them."""

    async def ping(self) -> str:
        """Always there."""
        return "forgetful"

    async def close(self) -> None:
        """Nothing to close."""


async def deliver_until_quiet(tools: Tools, *, rounds: int = 50) -> int:
    """Deliver waiting messages until none is left that may be tried now; returns how many succeeded."""
    delivered = 0
    for _ in range(rounds):
        waiting = await outbox.list_unoffered(older_than=timedelta(0))
        if not waiting:
            return delivered
        for message_id in waiting:
            delivered += await deliver(message_id, tools, worker="tests")
    raise AssertionError(f"messages kept coming for {rounds} rounds")
