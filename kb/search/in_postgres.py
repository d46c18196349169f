"""The search index that is always there: the rows themselves. What is committed can be found; nothing has to be written to it."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from kb.core.actor import Actor
from kb.core.database import fetch_value
from kb.ports.search_index import Document, Hit, Mark, SearchIndex, Typed, VectorSpace
from kb.search.documents import list_marks_of_rows
from kb.search.queries import Found, find_by_meaning, find_by_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged(Hit):
    """A hit of the database itself, with all it knows: a second look at the same rows would tell nothing new."""

    found: Found


class PostgresIndex:
    """Full text, trigrams and pgvector over the questions' own rows."""

    keeps_itself = True

    async def find_by_words(self, actor: Actor, typed: Typed, limit: int) -> list[Hit]:
        """See the port."""
        return [_hit(found) for found in await find_by_words(actor, typed, limit)]

    async def find_by_meaning(
        self, actor: Actor, typed: Typed, *, fingerprint: str, vector: NDArray[np.float32], limit: int
    ) -> list[Hit]:
        """See the port."""
        nearest = await find_by_meaning(actor, typed, fingerprint=fingerprint, vector=vector, limit=limit)
        return [_hit(found) for found in nearest]

    async def replace(self, parent_ids: Sequence[UUID], documents: Sequence[Document]) -> None:
        """Nothing: the rows are the index."""

    async def remove(self, document_ids: Sequence[UUID]) -> None:
        """Nothing: a row that is gone is gone."""

    async def list_marks(self, digit: str) -> dict[UUID, Mark]:
        """See the port."""
        return await list_marks_of_rows(digit)

    async def rebuild(self, space: VectorSpace | None, batches: AsyncIterator[Sequence[Document]]) -> int:
        """Count what can be found; Postgres keeps its indexes itself."""
        return sum([len(batch) async for batch in batches])

    async def fits(self, space: VectorSpace | None) -> bool:
        """Always: each model's vectors have their own index."""
        return True

    async def ping(self) -> str:
        """See the port."""
        return f"Postgres {str(await fetch_value('show server_version')).split(' ')[0]}"

    async def close(self) -> None:
        """Nothing: the pool is the process's."""

    def missing(self) -> str | None:
        """Nothing."""
        return None


def _hit(found: Found) -> Judged:
    return Judged(id=found.document_id, kind=found.kind, is_nearly=found.clues.alike, found=found)


IN_POSTGRES: SearchIndex = PostgresIndex()
