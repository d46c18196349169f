"""Suggestions while a source is down or slow: fewer, never broken, and said so."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import asyncpg
import numpy as np
import pytest

from kb.adapters.hashing_embedder import HashingEmbedder
from kb.core.actor import ANONYMOUS
from kb.core.errors import Unavailable
from kb.ports.embedder import Embedder
from kb.search import in_postgres, suggesting
from kb.search.gathering import WITHOUT_BOTH, WITHOUT_MEANING, WITHOUT_WORDS
from kb.search.suggesting import suggest
from tests.support.forum_factories import make_topic

Deliver = Callable[[], Awaitable[int]]

QUESTION = "Invoices are sent twice every Monday"


class Model(HashingEmbedder):
    """The model of these tests; `fault` is what it does instead of answering."""

    def __init__(self, fault: Exception | float | None = None) -> None:
        super().__init__()
        self._fault = fault

    async def embed(self, texts: Sequence[str]) -> list[np.ndarray]:
        if isinstance(self._fault, Exception):
            raise self._fault
        if self._fault:
            await asyncio.sleep(self._fault)
        return await super().embed(texts)


@pytest.fixture
async def asked(db: str, deliver_all: Deliver) -> None:
    await make_topic(title=QUESTION)
    await make_topic(title="The import forgets its columns")
    await deliver_all()


def break_down(monkeypatch: pytest.MonkeyPatch, name: str, error: Exception) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(in_postgres, name, fail)


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize(
    "model", [Model(Unavailable("no model")), Model(OSError("gone")), Model(5.0)], ids=["refuses", "is gone", "is slow"]
)
async def test_without_the_model_words_alone_suggest_and_the_reader_is_told(model: Embedder) -> None:
    async with asyncio.timeout(2):
        found = await suggest(ANONYMOUS, "invoices sent twice", embedder=model)

    assert [item.title for item in found.items] == [QUESTION]
    assert found.degraded == WITHOUT_MEANING


@pytest.mark.usefixtures("asked")
async def test_without_words_meaning_alone_suggests_and_the_reader_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    break_down(monkeypatch, "find_by_words", asyncpg.QueryCanceledError("too slow"))

    found = await suggest(ANONYMOUS, QUESTION, embedder=Model())

    assert QUESTION in [item.title for item in found.items]
    assert found.degraded == WITHOUT_WORDS


@pytest.mark.usefixtures("asked")
async def test_without_both_there_is_silence_and_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("find_by_words", "find_by_meaning"):
        break_down(monkeypatch, name, asyncpg.InterfaceError("the pool is closed"))

    found = await suggest(ANONYMOUS, QUESTION, embedder=Model())

    assert (found.items, found.degraded) == ((), WITHOUT_BOTH)


@pytest.mark.usefixtures("asked")
async def test_a_failure_while_fetching_answers_breaks_no_typing(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise asyncpg.InterfaceError("the connection is lost")

    monkeypatch.setattr(suggesting, "find_answers_of", fail)

    assert (await suggest(ANONYMOUS, QUESTION, embedder=Model())).degraded == WITHOUT_BOTH


@pytest.mark.usefixtures("asked")
async def test_a_text_that_says_nothing_and_a_limit_of_none_ask_nobody() -> None:
    loud = Model(AssertionError("nobody should be asked"))

    for text in ("", "in", "the of and", "\x00\x00\x00", "?!…"):
        assert await suggest(ANONYMOUS, text, embedder=loud) == suggesting.Suggestions()
    assert await suggest(ANONYMOUS, QUESTION, embedder=loud, limit=0) == suggesting.Suggestions()


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("limit", [1, 2])
async def test_never_more_than_asked_for_and_the_best_first(limit: int) -> None:
    found = await suggest(ANONYMOUS, QUESTION, embedder=Model(), limit=limit)

    assert found.items[0].title == QUESTION
    assert len(found.items) <= limit
    scores = [item.score for item in found.items]
    assert scores == sorted(scores, reverse=True)
