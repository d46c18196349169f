"""The queue that tells workers there is something to do. It may forget: the outbox remembers."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID


class JobQueue(Protocol):
    """Offers outbox messages to workers. `offer` raises when the queue cannot be reached; the caller copes."""

    async def offer(self, message_ids: Sequence[UUID]) -> None:
        """Tell some worker to deliver these messages soon."""

    async def ping(self) -> str:
        """The queue's version, or an exception when it is down."""

    async def close(self) -> None:
        """Let go of connections."""
