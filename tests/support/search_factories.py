"""What the tests of search need: readers of each kind, vectors, and an index that keeps up with the rows."""

from collections.abc import Sequence
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from kb.adapters.hashing_embedder import HashingEmbedder
from kb.core.actor import ANONYMOUS, Actor
from kb.core.database import fetch_all
from kb.core.policy import Role
from kb.ports.search_index import Hit, SearchIndex
from kb.search.documents import list_documents_of
from kb.search.rules import read_typed

EMBEDDER = HashingEmbedder()
AGENT = Actor(role=Role.AGENT, name="Agent")
MEMBER = Actor(role=Role.MEMBER, name="Member")


async def vector_of(text: str) -> NDArray[np.float32]:
    """The text's place in the space of the tests' model."""
    vectors: NDArray[np.float32] = await EMBEDDER.embed([text])
    return vectors[0]


async def bring_up_to_date(index: SearchIndex) -> None:
    """Write everything there is, as the handlers would."""
    rows = await fetch_all("select id from topic union select id from ticket union select id from article")
    parents = [row["id"] for row in rows]
    await index.replace(parents, await list_documents_of(parents))


async def words(index: SearchIndex, text: str, actor: Actor = ANONYMOUS, limit: int = 10) -> list[Hit]:
    """Hits by words."""
    typed = read_typed(text)
    assert typed is not None
    return await index.find_by_words(actor, typed, limit)


async def meaning(index: SearchIndex, text: str, actor: Actor = ANONYMOUS, limit: int = 10) -> list[Hit]:
    """Hits by meaning."""
    typed = read_typed(text)
    assert typed is not None
    vector = await vector_of(text)
    return await index.find_by_meaning(actor, typed, fingerprint=EMBEDDER.fingerprint, vector=vector, limit=limit)


async def titles(hits: Sequence[Hit]) -> list[str]:
    """The hits' titles in their order."""
    rows = await fetch_all(
        "select id, title from question where id = any($1::uuid[]) union select id, title from article where id = any($1::uuid[])",
        [hit.id for hit in hits],
    )
    named: dict[UUID, str] = {row["id"]: row["title"] for row in rows}
    return [named.get(hit.id, "gone") for hit in hits]
