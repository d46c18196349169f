"""The index follows the rows: by messages, by the sweep, and by being built anew."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from jobs.handlers.search import reconcile_search
from jobs.tools import Tools
from kb.adapters.meilisearch_index import MeilisearchIndex
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.errors import Unavailable
from kb.core.policy import Role
from kb.forum.editing import edit_post
from kb.forum.hiding import hide_topic, restore_topic
from kb.ports.search_index import Document, Mark
from kb.search.documents import DIGITS, list_documents_of, list_marks_of_rows
from kb.search.indexing import Repaired, index_parents, reconcile, reindex
from tests.support.answers_factories import make_published_article
from tests.support.delivering import deliver_until_quiet
from tests.support.factories import make_person
from tests.support.forum_factories import make_topic
from tests.support.meili_server import KEY, Meilisearch
from tests.support.search_factories import AGENT, meaning, titles, words
from tests.support.tickets_factories import make_ticket


async def differences(index: MeilisearchIndex) -> list[Any]:
    """Documents whose state in the index is not that of their row."""
    return [d for d in DIGITS if await index.list_marks(d) != await list_marks_of_rows(d)]


@pytest.fixture
async def following(meili_index: MeilisearchIndex, tools: Tools, db: str) -> Callable[[], Awaitable[int]]:
    """Delivers messages to handlers that write to Meilisearch."""
    await reindex(meili_index)
    await meili_index.rebuild(None, _nothing())
    outside = replace(tools, index=meili_index)
    return lambda: deliver_until_quiet(outside)


async def _nothing() -> Any:
    for _ in ():
        yield []


async def test_messages_keep_it_in_step_with_asking_editing_hiding_restoring_and_publishing(
    meili_index: MeilisearchIndex, following: Callable[[], Awaitable[int]]
) -> None:
    asker, moderator = await make_person(), await make_person(Role.MODERATOR)
    topic = await make_topic(asker, title="The zebra export stops early")
    await make_ticket(subject="The zebra export is empty")
    await make_published_article("How the zebra export is limited")
    await following()
    assert len(await words(meili_index, "zebra export ", AGENT)) == 3

    post = await fetch_value("select id from post where topic_id = $1", topic.id)
    await edit_post(asker, post, "It halts.", title="The giraffe report stops early")
    await following()
    assert await titles(await words(meili_index, "giraffe report ")) == ["The giraffe report stops early"]

    await hide_topic(moderator, topic.id)
    await following()
    assert await words(meili_index, "giraffe report ") == []

    await restore_topic(moderator, topic.id)
    await following()
    assert await titles(await words(meili_index, "giraffe report ")) == ["The giraffe report stops early"]
    assert await differences(meili_index) == []


async def test_the_sweep_builds_what_does_not_exist_and_repairs_what_is_missing_stale_or_gone(
    meili_index: MeilisearchIndex, deliver_all: Callable[[], Awaitable[int]], tools: Tools
) -> None:
    topics = [await make_topic(title=f"The zebra export stops at {number}") for number in range(4)]
    await deliver_all()
    assert await reconcile(meili_index) == Repaired(rebuilt=4)
    assert await reconcile(meili_index) == Repaired()

    questions = [row["id"] for row in await fetch_all("select id from question order by id")]
    await meili_index.remove([questions[0]])
    await execute("update question set title = 'The giraffe report stops' where id = $1", questions[1])
    await execute("delete from question where id = $1", questions[2])
    await execute("update space set visibility = 'members'")
    assert await reconcile(meili_index) == Repaired(missing=1, stale=2, gone=1)

    assert await differences(meili_index) == []
    assert len(topics) == 4
    await reconcile_search(replace(tools, index=meili_index))


async def test_a_vector_that_comes_late_is_written_and_another_active_model_asks_for_a_new_index(
    meili_index: MeilisearchIndex, deliver_all: Callable[[], Awaitable[int]]
) -> None:
    await make_topic(title="The zebra export stops early")
    await deliver_all()
    kept = await fetch_all(
        "select question_id, model_id, text_hash, dimensions, vector::text as v from question_vector"
    )
    await execute("delete from question_vector")
    await reindex(meili_index)
    assert await meaning(meili_index, "zebra export") == []
    row = kept[0]
    await execute("insert into question_vector values ($1, $2, $3, $4, $5::text::vector)", *row.values())
    assert await reconcile(meili_index) == Repaired(stale=1)
    assert len(await meaning(meili_index, "zebra export")) == 1

    await execute("update embedding_model set active = false")
    await execute(
        "insert into embedding_model (fingerprint, dimensions, active, created_at) values ('other', 8, true, now())"
    )
    assert await reconcile(meili_index) == Repaired(rebuilt=1)


class Overtaken:
    """An index whose first write is overtaken: while it is on its way the row changes and another worker writes it."""

    keeps_itself = False

    def __init__(self, index: MeilisearchIndex, overtake: Callable[[], Awaitable[None]]) -> None:
        self._index, self._overtake = index, overtake

    async def replace(self, parent_ids: Sequence[UUID], documents: Sequence[Document]) -> None:
        overtake, self._overtake = self._overtake, _nobody
        await overtake()
        await self._index.replace(parent_ids, documents)


async def _nobody() -> None:
    """Overtakes no more."""


async def test_a_write_that_was_overtaken_ends_with_the_newer_text(
    meili_index: MeilisearchIndex, deliver_all: Callable[[], Awaitable[int]]
) -> None:
    topic = await make_topic(title="The zebra export stops early", body="It stops.")
    await deliver_all()
    await meili_index.rebuild(None, _nothing())

    async def overtake() -> None:
        await execute("update question set title = 'The giraffe report stops', text = 'The giraffe report stops'")

    await index_parents(Overtaken(meili_index, overtake), [topic.id])  # type: ignore[arg-type]

    assert len(await words(meili_index, "giraffe report ")) == 1
    assert await words(meili_index, "zebra export ") == []


async def test_searching_goes_on_while_the_index_is_built_and_the_swap_leaves_nothing_behind(
    stand_in: tuple[str, Meilisearch], deliver_all: Callable[[], Awaitable[int]]
) -> None:
    url, meili = stand_in
    index = MeilisearchIndex(url, KEY)
    topic = await make_topic(title="The zebra export stops early")
    await deliver_all()
    await reindex(index)
    seen: list[int] = []

    async def batches() -> Any:
        documents = await list_documents_of([topic.id])
        yield documents
        seen.append(len(await words(index, "zebra export ")))
        yield [replace(document, mark=Mark(document.mark.generation + 1, "public")) for document in documents]
        seen.append(len(await words(index, "zebra export ")))

    await index.rebuild(None, batches())

    assert seen == [1, 1]
    assert list(meili.indexes) == ["answerloop"]
    await index.close()


async def test_a_task_that_fails_is_not_taken_for_done(
    stand_in: tuple[str, Meilisearch], deliver_all: Callable[[], Awaitable[int]]
) -> None:
    index = MeilisearchIndex(stand_in[0], KEY)
    topic = await make_topic(title="The zebra export stops early")
    await deliver_all()
    await reindex(index)
    (document,) = await list_documents_of([topic.id])
    assert document.vector is not None
    newer = replace(document, vector=document.vector[:3], mark=Mark(document.mark.generation + 2, "public"))

    with pytest.raises(Unavailable, match="invalid_vector_dimensions"):
        await index.replace([topic.id], [newer])
    await index.close()
