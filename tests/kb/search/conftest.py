"""Meilisearch for the tests: a real one where MEILI_URL names it, else the strict stand-in of its wire."""

import os
from collections.abc import AsyncIterator, Iterator

import pytest

from kb.adapters.meilisearch_index import MeilisearchIndex
from kb.core.ids import new_id
from tests.support.meili_server import KEY, Meilisearch, serve_meilisearch


@pytest.fixture
def stand_in() -> Iterator[tuple[str, Meilisearch]]:
    """Address and inside of a stand-in of the test's own."""
    with serve_meilisearch() as served:
        yield served


@pytest.fixture
def meili_at(request: pytest.FixtureRequest) -> tuple[str, str, str]:
    """Address, key and index name; the index does not exist yet."""
    if url := os.environ.get("MEILI_URL"):
        return url, os.environ.get("MEILI_KEY", ""), f"test_{new_id().hex}"
    return request.getfixturevalue("stand_in")[0], KEY, "answerloop"


@pytest.fixture
async def meili_index(meili_at: tuple[str, str, str]) -> AsyncIterator[MeilisearchIndex]:
    """An adapter over an index of the test's own that does not exist yet."""
    url, key, name = meili_at
    index = MeilisearchIndex(url, key, name=name)
    yield index
    await index.drop()
    await index.close()
