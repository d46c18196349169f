"""Meilisearch as the search index, through meilisearch-python-sdk; meaning by vectors of our own (a userProvided embedder)."""

import hashlib
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

import httpx2
import numpy as np
from meilisearch_python_sdk import AsyncClient, AsyncIndex
from meilisearch_python_sdk.errors import MeilisearchApiError, MeilisearchError
from meilisearch_python_sdk.models.search import Hybrid
from meilisearch_python_sdk.models.settings import MeilisearchSettings, UserProvidedEmbedder
from meilisearch_python_sdk.models.task import TaskInfo
from numpy.typing import NDArray

from kb.core.actor import Actor
from kb.core.errors import NotFound, Unavailable
from kb.core.permissions import Permission
from kb.ports.search_index import Document, Hit, Mark, Typed, VectorSpace
from kb.search.queries import readable_kinds

TIMEOUT_SECONDS = 10
TASK_SECONDS = 120
"""A write waits this long to be findable; a batch of 500 with vectors takes a second or two."""

TASK_POLL_MS = 20
PAGE = 1_000
CUTOFF_MS = 500
"""Meilisearch gives what it has by then; the reader waits a second at most."""

_NOT_THERE = {"index_not_found", "invalid_search_embedder"}

P = ParamSpec("P")
R = TypeVar("R")
Method = Callable[P, Coroutine[Any, Any, R]]


def _refusals_named(method: Method[P, R]) -> Method[P, R]:
    """The port's errors for those of the wire."""

    @wraps(method)
    async def called(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return await method(*args, **kwargs)
        except MeilisearchApiError as error:
            if error.code in _NOT_THERE:
                raise NotFound("Meilisearch has no index for this yet: run `answerloop search reindex`.") from error
            raise Unavailable(f"Meilisearch refuses: {error.code or error.status_code}.") from error
        except (MeilisearchError, httpx2.HTTPError, OSError) as error:
            raise Unavailable(f"Meilisearch cannot be reached: {type(error).__name__}.") from error

    return called


class MeilisearchIndex:
    """One index, called `name`. Every write is awaited until it can be found."""

    keeps_itself = False

    def __init__(self, url: str, key: str, *, name: str = "answerloop") -> None:
        self._name = name
        self._client = AsyncClient(url, key or None, timeout=TIMEOUT_SECONDS)

    @_refusals_named
    async def find_by_words(self, actor: Actor, typed: Typed, limit: int) -> list[Hit]:
        # words only: quotes and a leading minus are operators there; a space at the end says that no word is still growing
        found = await self._index.search(
            " ".join(typed.words) + ("" if typed.is_growing else " "),
            limit=limit,
            filter=_readable(actor),
            attributes_to_retrieve=["id", "kind"],
            matching_strategy="frequency",
            show_ranking_score_details=True,
        )
        return [_hit(hit) for hit in found.hits]

    @_refusals_named
    async def find_by_meaning(
        self, actor: Actor, typed: Typed, *, fingerprint: str, vector: NDArray[np.float32], limit: int
    ) -> list[Hit]:
        found = await self._index.search(
            None,
            limit=limit,
            filter=f"{_readable(actor)} AND kind != 'article'",
            attributes_to_retrieve=["id", "kind"],
            vector=vector.tolist(),
            hybrid=Hybrid(semantic_ratio=1.0, embedder=_embedder_name(fingerprint)),
        )
        return [Hit(UUID(hit["id"]), hit["kind"]) for hit in found.hits]

    @_refusals_named
    async def replace(self, parent_ids: Sequence[UUID], documents: Sequence[Document]) -> None:
        if not parent_ids:
            return
        named = ", ".join(f"'{parent}'" for parent in parent_ids)
        held = await self._marks_where(f"parent IN [{named}]")
        wanted = {document.id for document in documents}
        gone = [one for one in held if one not in wanted]
        if gone:
            await self._done(await self._index.delete_documents([str(one) for one in gone]))
        fresh = [d for d in documents if d.id not in held or _is_newer(d.mark, held[d.id])]
        if fresh:
            embedder = next(iter(await self._embedders() or ()), "")
            await self._done(await self._index.add_documents([_row(document, embedder) for document in fresh]))

    @_refusals_named
    async def remove(self, document_ids: Sequence[UUID]) -> None:
        if document_ids:
            await self._done(await self._index.delete_documents([str(one) for one in document_ids]))

    @_refusals_named
    async def list_marks(self, digit: str) -> dict[UUID, Mark]:
        return await self._marks_where(f"digit = '{digit}'")

    @_refusals_named
    async def rebuild(self, space: VectorSpace | None, batches: AsyncIterator[Sequence[Document]]) -> int:
        embedder, count = _embedder_name(space.fingerprint) if space else "", 0
        following = await self._create(f"{self._name}_next", _settings(space))
        async for batch in batches:
            await self._done(await following.add_documents([_row(document, embedder) for document in batch]))
            count += len(batch)
        if await self._embedders() is None:
            await self._create(self._name, _settings(space))  # only what exists can be swapped
        await self._done(await self._client.swap_indexes([(self._name, following.uid)]))
        await self._client.delete_index_if_exists(following.uid)
        return count

    @_refusals_named
    async def fits(self, space: VectorSpace | None) -> bool:
        return await self._embedders() == ([_embedder_name(space.fingerprint)] if space else [])

    @_refusals_named
    async def ping(self) -> str:
        return f"Meilisearch {(await self._client.get_version()).pkg_version}"

    def missing(self) -> str | None:
        return None

    async def drop(self) -> None:
        """Remove the index; the next sweep builds it anew."""
        await self._client.delete_index_if_exists(self._name)

    async def close(self) -> None:
        await self._client.aclose()

    @property
    def _index(self) -> AsyncIndex:
        return self._client.index(self._name)

    async def _embedders(self) -> list[str] | None:
        """Names of the embedders the index in use is set up for; None where there is no index."""
        try:
            known = await self._index.get_embedders()
        except MeilisearchApiError as error:
            if error.code == "index_not_found":
                return None
            raise
        return list(known.embedders) if known else []

    async def _create(self, uid: str, settings: MeilisearchSettings) -> AsyncIndex:
        """An empty index, whatever an earlier attempt left behind."""
        await self._client.delete_index_if_exists(uid)
        index = await self._client.create_index(uid, primary_key="id")
        await self._done(await index.update_settings(settings))
        return index

    async def _done(self, task: TaskInfo) -> None:
        """Wait until the task is done. A task that failed raises `Unavailable` with Meilisearch's code."""
        result = await self._client.wait_for_task(
            task.task_uid, timeout_in_ms=TASK_SECONDS * 1000, interval_in_ms=TASK_POLL_MS
        )
        if result.status != "succeeded":
            code = (result.error or {}).get("code", "unknown")
            raise Unavailable(f"Meilisearch could not do the work: {code}.")

    async def _marks_where(self, condition: str) -> dict[UUID, Mark]:
        marks: dict[UUID, Mark] = {}
        while True:
            page = await self._index.get_documents(
                filter=condition, fields=["id", "generation", "place"], offset=len(marks), limit=PAGE
            )
            marks |= {UUID(row["id"]): Mark(row["generation"], row["place"]) for row in page.results}
            if len(page.results) < PAGE:
                return marks


def _readable(actor: Actor) -> str:
    """What the actor may read, as part of the question. A document counts by its own visibility and by its place's."""
    kinds = [*readable_kinds(actor), *(["article"] if actor.may(Permission.ARTICLE_READ) else [])]
    seen, kind = (f"[{', '.join(repr(one) for one in some)}]" for some in (actor.visibilities, kinds))
    return f"visibility IN {seen} AND place IN {seen} AND kind IN {kind}"


def _hit(hit: dict[str, Any]) -> Hit:
    words = hit.get("_rankingScoreDetails", {}).get("words", {})
    every = words.get("matchingWords", 0) >= words.get("maxMatchingWords", 1)
    return Hit(UUID(hit["id"]), hit["kind"], is_nearly=every)


def _is_newer(mark: Mark, held: Mark) -> bool:
    """The same row in another place is worth a write too; the same in the same place is not."""
    return mark.generation > held.generation or (mark.generation == held.generation and mark != held)


def _embedder_name(fingerprint: str) -> str:
    """One embedder a model, so that a query can only meet vectors of its own."""
    return f"m{hashlib.sha256(fingerprint.encode()).hexdigest()[:16]}"


def _settings(space: VectorSpace | None) -> MeilisearchSettings:
    embedders = (
        {_embedder_name(space.fingerprint): UserProvidedEmbedder(dimensions=space.dimensions)} if space else None
    )
    return MeilisearchSettings(
        searchable_attributes=["title", "text"],
        filterable_attributes=["digit", "kind", "parent", "place", "visibility"],
        displayed_attributes=["generation", "id", "kind", "place"],
        search_cutoff_ms=CUTOFF_MS,
        embedders=embedders,  # type: ignore[arg-type] # the dict is not variant, the values fit
    )


def _row(document: Document, embedder: str) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": str(document.id),
        "kind": document.kind,
        "parent": str(document.parent_id),
        "title": document.title,
        "text": document.text,
        "visibility": document.visibility,
        "place": document.mark.place,
        "generation": document.mark.generation,
        "digit": str(document.id)[-1],
    }
    if embedder:  # null says that there is none: leaving it out is refused
        row["_vectors"] = {embedder: document.vector.tolist() if document.vector is not None else None}
    return row
