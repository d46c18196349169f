"""An index outside the database that is down is left alone for a while; the database answers instead, and the reader is told."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from time import monotonic
from typing import Any, TypeVar
from uuid import UUID

import numpy as np
import structlog
from numpy.typing import NDArray

from kb.core.actor import Actor
from kb.core.errors import NotFound, Unavailable
from kb.core.saying import say
from kb.ports.search_index import Document, Hit, Mark, SearchIndex, Typed, VectorSpace
from kb.search.in_postgres import IN_POSTGRES

log = structlog.get_logger()

PATIENCE = 0.4
"""Seconds a search may take there: of the second a reader waits, the rest is the database's, should it have to answer."""

FIRST_PAUSE = 5.0
LONGEST_PAUSE = 300.0
"""Seconds without asking after a failure; each further one doubles the pause. The sweep of five minutes repairs at its end."""

INSTEAD = say("The search index is away just now; the database answers, and forgives fewer typing errors.")

R = TypeVar("R")
Asking = Callable[[SearchIndex], Coroutine[Any, Any, R]]


class BackingOff:
    """The index, or the database while the index is down. Writes are refused meanwhile: the sweep makes up for them."""

    keeps_itself = False

    def __init__(
        self, index: SearchIndex, *, instead: SearchIndex = IN_POSTGRES, clock: Callable[[], float] = monotonic
    ) -> None:
        self._index, self._instead, self._clock = index, instead, clock
        self._pause, self._closed_until = 0.0, 0.0

    async def find_by_words(self, actor: Actor, typed: Typed, limit: int) -> list[Hit]:
        """See the port."""
        return await self._find(lambda index: index.find_by_words(actor, typed, limit))

    async def find_by_meaning(
        self, actor: Actor, typed: Typed, *, fingerprint: str, vector: NDArray[np.float32], limit: int
    ) -> list[Hit]:
        """See the port."""
        return await self._find(
            lambda index: index.find_by_meaning(actor, typed, fingerprint=fingerprint, vector=vector, limit=limit)
        )

    async def replace(self, parent_ids: Sequence[UUID], documents: Sequence[Document]) -> None:
        """See the port."""
        await self._ask(lambda index: index.replace(parent_ids, documents))

    async def remove(self, document_ids: Sequence[UUID]) -> None:
        """See the port."""
        await self._ask(lambda index: index.remove(document_ids))

    async def list_marks(self, digit: str) -> dict[UUID, Mark]:
        """See the port."""
        return await self._ask(lambda index: index.list_marks(digit))

    async def rebuild(self, space: VectorSpace | None, batches: AsyncIterator[Sequence[Document]]) -> int:
        """See the port."""
        return await self._ask(lambda index: index.rebuild(space, batches))

    async def fits(self, space: VectorSpace | None) -> bool:
        """See the port."""
        return await self._ask(lambda index: index.fits(space))

    async def ping(self) -> str:
        """Asks even while it is left alone: whoever calls this wants to know."""
        return await self._index.ping()

    def missing(self) -> str | None:
        """What the reader is told while the database answers instead."""
        return INSTEAD if self._pause else None

    async def close(self) -> None:
        """Let go of connections."""
        await self._index.close()

    async def _find(self, asking: Asking[R]) -> R:
        try:
            return await self._ask(lambda index: asyncio.wait_for(asking(index), PATIENCE))
        except (NotFound, Unavailable):
            return await asking(self._instead)

    async def _ask(self, asking: Asking[R]) -> R:
        """Ask unless it is to be left alone. While one tries whether it is back, nobody else does."""
        if self._clock() < self._closed_until:
            raise Unavailable(say("The search index is left alone for a while."))
        if self._pause:
            self._closed_until = self._clock() + self._pause
        try:
            answer = await asking(self._index)
        except (Unavailable, TimeoutError) as error:
            self._leave_alone(error)
            raise Unavailable(say("The search index is down.")) from error
        self._pause = self._closed_until = 0.0
        return answer

    def _leave_alone(self, error: Exception) -> None:
        self._pause = min(max(FIRST_PAUSE, 2 * self._pause), LONGEST_PAUSE)
        self._closed_until = self._clock() + self._pause
        log.warning("search.index_down", reason=str(error) or type(error).__name__, pause=self._pause)
