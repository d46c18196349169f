"""A search index that is down: the database answers, nobody waits for it, the reader is told, and what was missed is made up for."""

from collections.abc import Awaitable, Callable

import pytest

from kb.adapters.meilisearch_index import MeilisearchIndex
from kb.core.actor import ANONYMOUS
from kb.core.errors import Unavailable
from kb.search.backing_off import FIRST_PAUSE, INSTEAD, LONGEST_PAUSE, BackingOff
from kb.search.gathering import Ways
from kb.search.indexing import reindex
from kb.search.suggesting import suggest
from tests.support.forum_factories import make_topic
from tests.support.meili_server import KEY, Meilisearch
from tests.support.search_factories import EMBEDDER, titles, words

Deliver = Callable[[], Awaitable[int]]
TITLE = "Invoices are sent twice every Monday"


class Clock:
    """Time that stands until it is moved."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def asked(db: str, deliver_all: Deliver) -> None:
    await make_topic(title=TITLE)
    await deliver_all()


@pytest.mark.usefixtures("asked")
async def test_while_it_is_down_the_database_answers_and_the_reader_is_told(
    stand_in: tuple[str, Meilisearch],
) -> None:
    url, meili = stand_in
    index = BackingOff(MeilisearchIndex(url, KEY))
    await reindex(index)
    meili.broken = True

    found = await suggest(ANONYMOUS, "invoices sent twice", embedder=EMBEDDER, ways=Ways(index))

    assert [item.title for item in found.items] == [TITLE]
    assert found.degraded == INSTEAD
    await index.close()


@pytest.mark.usefixtures("asked")
async def test_it_is_left_alone_longer_and_longer_and_comes_back_by_itself(stand_in: tuple[str, Meilisearch]) -> None:
    url, meili = stand_in
    clock = Clock()
    index = BackingOff(MeilisearchIndex(url, KEY), clock=clock)
    await reindex(index)
    meili.broken = True
    pauses = []
    for _ in range(9):
        await words(index, "invoices sent twice")
        asked_before = len(meili.requests)
        await words(index, "invoices sent twice")  # at once again: nobody asks
        assert len(meili.requests) == asked_before
        pause = FIRST_PAUSE * 2 ** len(pauses)
        pauses.append(min(pause, LONGEST_PAUSE))
        clock.now += pauses[-1] - 0.1
        await words(index, "invoices sent twice")
        assert len(meili.requests) == asked_before
        clock.now += 0.2

    meili.broken = False
    assert await titles(await words(index, "invoices sent twice")) == [TITLE]
    assert index.missing() is None
    await index.close()


@pytest.mark.usefixtures("asked")
async def test_a_server_that_is_not_there_and_a_key_that_is_wrong_are_down_too(
    stand_in: tuple[str, Meilisearch],
) -> None:
    for url, key in (("http://127.0.0.1:9", KEY), (stand_in[0], "wrong")):
        index = BackingOff(MeilisearchIndex(url, key))
        assert await titles(await words(index, "invoices sent twice")) == [TITLE]
        assert index.missing() == INSTEAD
        with pytest.raises(Unavailable):
            await index.replace([], [])
        await index.close()


@pytest.mark.usefixtures("asked")
async def test_an_index_not_yet_built_leaves_the_question_to_the_database_and_is_no_failure(
    meili_index: MeilisearchIndex,
) -> None:
    index = BackingOff(meili_index)

    assert await titles(await words(index, "invoices sent twice")) == [TITLE]
    assert index.missing() is None
