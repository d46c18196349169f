"""Keeping an index outside the database in step with the rows: after each change, by a sweep, or all of it anew."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from kb.core.errors import Unavailable
from kb.core.saying import say
from kb.ports.search_index import Document, Mark, SearchIndex
from kb.search.documents import (
    DIGITS,
    each_batch,
    find_active_space,
    find_parents_of,
    list_documents_of,
    list_marks_of_rows,
)

MOST_REPAIRED = 5_000
"""Documents one sweep writes; more differences than that and building anew is faster than repairing."""

TRIES = 3
"""Times a document is written again because its row changed while it was on its way."""

AT_ONCE = 200
"""Topics, tickets and articles a write."""


@dataclass(frozen=True, slots=True)
class Repaired:
    """What a sweep found wrong and made right. `rebuilt` counts documents where the whole index had to be built."""

    missing: int = 0
    stale: int = 0
    gone: int = 0
    rebuilt: int = 0


async def index_parents(index: SearchIndex, parent_ids: Sequence[UUID]) -> None:
    """Let the index hold what there is of these topics, tickets and articles now.

    Read again after the write: had the row changed meanwhile, another worker's newer write might have come before this older
    one, so it is written once more. The last to write always compares with what is true.
    """
    if index.keeps_itself:
        return
    documents = await list_documents_of(parent_ids)
    for _ in range(TRIES):
        await index.replace(parent_ids, documents)
        latest = await list_documents_of(parent_ids)
        if _marks(latest) == _marks(documents):
            return
        documents = latest
    raise Unavailable(say("The rows changed faster than they could be written to the search index."))


async def index_documents(index: SearchIndex, document_ids: Sequence[UUID]) -> None:
    """The same for questions or articles by their own id."""
    parents = [] if index.keeps_itself else await find_parents_of(document_ids)
    if parents:
        await index_parents(index, list(parents))


async def reindex(index: SearchIndex, *, on_progress: Callable[[int], None] | None = None) -> int:
    """Build the index anew beside the one in use and swap them; returns how many documents it holds.

    What was written meanwhile went to the old one, so a sweep follows.
    """
    count = await index.rebuild(await find_active_space(), _told(on_progress))
    await _repair_all(index)
    return count


async def _told(on_progress: Callable[[int], None] | None) -> AsyncIterator[Sequence[Document]]:
    async for batch in each_batch():
        yield batch
        if on_progress:
            on_progress(len(batch))


async def reconcile(index: SearchIndex) -> Repaired:
    """Compare every document with its row and repair what is missing, stale or gone; build the index where there is none."""
    if index.keeps_itself:
        return Repaired()
    if not await index.fits(await find_active_space()):
        return Repaired(rebuilt=await reindex(index))
    return await _repair_all(index)


async def _repair_all(index: SearchIndex) -> Repaired:
    missing = stale = gone = 0
    for digit in DIGITS:
        rows, held = await list_marks_of_rows(digit), await index.list_marks(digit)
        absent = rows.keys() - held.keys()
        older = {one for one in rows.keys() & held.keys() if held[one] != rows[one]}
        extra = held.keys() - rows.keys()
        await _repair(index, [*absent, *older][:MOST_REPAIRED])
        await index.remove(list(extra))
        missing, stale, gone = missing + len(absent), stale + len(older), gone + len(extra)
    return Repaired(missing, stale, gone)


async def _repair(index: SearchIndex, document_ids: Sequence[UUID]) -> None:
    parents = list(await find_parents_of(document_ids))
    for start in range(0, len(parents), AT_ONCE):
        await index_parents(index, parents[start : start + AT_ONCE])


def _marks(documents: Sequence[Document]) -> dict[UUID, Mark]:
    return {document.id: document.mark for document in documents}
