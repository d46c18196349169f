"""What every search index promises, asked of each: Postgres, and Meilisearch (at MEILI_URL, else the strict stand-in of its wire)."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from kb.answers.publishing import archive_article
from kb.core.actor import ANONYMOUS
from kb.core.database import execute, fetch_value
from kb.core.policy import Role
from kb.forum.editing import edit_post
from kb.forum.hiding import hide_topic
from kb.ports.search_index import SearchIndex
from kb.search.documents import each_batch, find_active_space, list_documents_of, list_marks_of_rows
from kb.search.in_postgres import IN_POSTGRES
from kb.search.indexing import reindex
from tests.support.answers_factories import make_published_article
from tests.support.factories import make_person
from tests.support.forum_factories import make_topic
from tests.support.search_factories import AGENT, MEMBER, bring_up_to_date, meaning, titles, words
from tests.support.tickets_factories import make_ticket

Deliver = Callable[[], Awaitable[int]]


@pytest.fixture(params=["postgres", "meilisearch"])
async def index(request: pytest.FixtureRequest, meili_index: SearchIndex, db: str) -> SearchIndex:
    """An index of nothing yet."""
    if request.param == "postgres":
        return IN_POSTGRES
    await reindex(meili_index)
    return meili_index


async def test_words_are_found_and_the_best_comes_first(index: SearchIndex, deliver_all: Deliver) -> None:
    await make_topic(title="Invoices are sent twice every Monday")
    await make_topic(title="Invoices look odd on paper", body="Sent by mail, they fold.")
    await make_topic(title="The import forgets its columns")
    await deliver_all()
    await reindex(index)

    found = await titles(await words(index, "invoices sent twice"))

    assert found[0] == "Invoices are sent twice every Monday"
    assert "The import forgets its columns" not in found


async def test_a_word_still_being_typed_and_a_typing_error_are_forgiven(
    index: SearchIndex, deliver_all: Deliver
) -> None:
    await make_topic(title="Password reset mail never arrives")
    await deliver_all()
    await reindex(index)

    assert await titles(await words(index, "password res")) == ["Password reset mail never arrives"]
    assert await titles(await words(index, "pasword reset ")) == ["Password reset mail never arrives"]


async def test_meaning_finds_the_nearest_first_and_knows_no_foreign_vectors(
    index: SearchIndex, deliver_all: Deliver
) -> None:
    await make_topic(title="Invoices are sent twice every Monday", body="Invoices are sent twice every Monday")
    await make_topic(title="The import forgets its columns")
    await deliver_all()
    await reindex(index)

    assert (await titles(await meaning(index, "Invoices are sent twice every Monday")))[0].startswith("Invoices")


@pytest.mark.parametrize("find", [words, meaning], ids=["words", "meaning"])
async def test_what_a_reader_may_not_read_is_never_named_nor_crowds_out_what_they_may(
    index: SearchIndex, deliver_all: Deliver, find: Callable[..., Awaitable[list]]
) -> None:
    for number in range(6):
        await make_ticket(subject=f"The canary webhook answers 403, customer {number}")
        await make_topic(title=f"The canary webhook answers 403, staff {number}", space="staff-room")
    await execute("update space set visibility = 'staff' where slug = 'staff-room'")
    await make_topic(title="The canary webhook answers 403 too", space="members")
    await make_topic(title="Does the canary webhook answer 403 on purpose, and where is it said?")
    await execute("update space set visibility = 'members' where slug = 'members'")
    await deliver_all()
    await reindex(index)

    public = await titles(await find(index, "canary webhook 403", ANONYMOUS, 1))
    members = await titles(await find(index, "canary webhook 403", MEMBER, 5))
    agents = await titles(await find(index, "canary webhook 403", AGENT, 20))

    assert public == ["Does the canary webhook answer 403 on purpose, and where is it said?"]
    assert set(members) == {*public, "The canary webhook answers 403 too"}
    assert len(agents) == 14


async def test_an_edit_is_found_by_its_new_words_and_a_late_older_write_does_not_undo_it(
    index: SearchIndex, deliver_all: Deliver
) -> None:
    asker = await make_person(Role.MEMBER)
    topic = await make_topic(asker, title="The zebra export stops early", body="It stops.")
    await deliver_all()
    await reindex(index)
    older = await list_documents_of([topic.id])
    post = await fetch_value("select id from post where topic_id = $1", topic.id)
    await edit_post(asker, post, "It halts.", title="The giraffe report stops early")
    await deliver_all()
    await index.replace([topic.id], await list_documents_of([topic.id]))

    await index.replace([topic.id], older)

    assert await titles(await words(index, "giraffe report ")) == ["The giraffe report stops early"]
    assert await words(index, "zebra export ") == []


async def test_what_is_hidden_or_withdrawn_is_gone(index: SearchIndex, deliver_all: Deliver) -> None:
    topic = await make_topic(title="The zebra export stops early")
    article = await make_published_article("How the zebra export is limited")
    await deliver_all()
    await reindex(index)
    await hide_topic(await make_person(Role.MODERATOR), topic.id)
    await archive_article(await make_person(Role.AGENT), article)
    await deliver_all()
    await bring_up_to_date(index)

    assert await words(index, "zebra export ") == []
    assert set(await marks(index)) == set()


async def test_it_tells_which_state_of_each_row_it_holds(index: SearchIndex, deliver_all: Deliver) -> None:
    await make_topic(title="The zebra export stops early")
    await make_ticket(subject="The giraffe report is empty")
    await make_published_article("How the zebra export is limited")
    await deliver_all()
    await reindex(index)

    held = await marks(index)

    rows = {one: mark for digit in "0123456789abcdef" for one, mark in (await list_marks_of_rows(digit)).items()}
    assert held == rows
    assert len(held) == 3


async def test_a_rebuild_holds_exactly_what_there_is(index: SearchIndex, deliver_all: Deliver) -> None:
    topic = await make_topic(title="The zebra export stops early")
    await deliver_all()
    space = await find_active_space()
    assert await index.rebuild(space, each_batch()) == 1
    assert await index.fits(space)
    (document,) = await list_documents_of([topic.id])
    await index.replace([topic.id], [replace(document, title="Twice")])

    assert await index.rebuild(space, each_batch()) == 1
    assert len(await words(index, "zebra export ")) == 1
    assert len(await marks(index)) == 1


async def test_it_says_what_it_is(index: SearchIndex) -> None:
    assert (await index.ping()).split()[0] in {"Postgres", "Meilisearch"}
    assert index.missing() is None


async def marks(index: SearchIndex) -> dict:
    """Of all documents."""
    return {one: mark for digit in "0123456789abcdef" for one, mark in (await index.list_marks(digit)).items()}
