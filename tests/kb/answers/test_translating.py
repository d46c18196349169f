"""An article in several languages: each reader sees one version, their own where there is one, and staff what is behind."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest

from kb.answers.article_lists import list_articles
from kb.answers.publishing import archive_article, publish_article
from kb.answers.queries import get_article
from kb.answers.ranking import list_answers_of_cluster
from kb.answers.reviewing import submit_article
from kb.answers.revising import Revision, place_article, revise_article
from kb.answers.translating import Translation, get_original, list_translations, write_translation
from kb.articles.arranging import CategoryDraft, make_category
from kb.articles.placing import place_in_category
from kb.articles.relating import get_surroundings
from kb.articles.shelves import get_category_page, list_shelves
from kb.core.actor import ANONYMOUS, Actor
from kb.core.database import fetch_value
from kb.core.errors import Conflict, Invalid, NotAllowed
from kb.core.policy import Role
from kb.languages.offered import SOURCE
from kb.languages.reading import ask_for_language
from kb.ports.search_index import Typed
from kb.search.queries import find_articles
from tests.support.answers_factories import count_rows, make_cluster, make_published_article
from tests.support.factories import make_person

GERMAN = replace(ANONYMOUS, language="de")


@pytest.fixture
async def agent(db: str) -> Actor:
    return await make_person(Role.AGENT)


@pytest.fixture(autouse=True)
def language() -> Iterator[None]:
    yield
    ask_for_language(SOURCE)


async def translate(agent: Actor, original: UUID, title: str, *, publish: bool = True) -> UUID:
    made = await write_translation(agent, original, "de", Translation(title, "Drücke ihn.", 1))
    if publish:
        await submit_article(agent, made.id)
        await publish_article(agent, made.id, revision=1)
    return made.id


async def make_both(agent: Actor) -> tuple[UUID, UUID]:
    original = await make_published_article("How to reset it")
    return original, await translate(agent, original, "Wie man es zurücksetzt")


async def titles(reader: Actor) -> list[str]:
    return [line.title for line in (await list_articles(reader)).articles]


async def test_each_reader_is_shown_one_version_in_lists_and_on_shelves(agent: Actor) -> None:
    await make_both(agent)
    await make_published_article("Only in English")

    assert sorted(await titles(ANONYMOUS)) == ["How to reset it", "Only in English"]
    assert sorted(await titles(GERMAN)) == ["Only in English", "Wie man es zurücksetzt"]
    (shelf,) = await list_shelves(GERMAN)
    assert (shelf.count, sorted(line.title for line in shelf.articles)) == (
        2,
        ["Only in English", "Wie man es zurücksetzt"],
    )
    ask_for_language("de")
    assert "Wie man es zurücksetzt" in await titles(ANONYMOUS)


async def test_words_find_the_version_that_holds_them_and_never_both(agent: Actor) -> None:
    await make_both(agent)
    english = [line.title for line in (await list_articles(ANONYMOUS, query="zurücksetzt")).articles]
    assert english == ["Wie man es zurücksetzt"]
    for reader, shown in ((ANONYMOUS, "How to reset it"), (GERMAN, "Wie man es zurücksetzt")):
        found = await list_articles(reader, query="reset OR zurücksetzt")
        assert [line.title for line in found.articles] == [shown]


async def test_search_by_meaning_finds_the_readers_version_alone(agent: Actor) -> None:
    original, _ = await make_both(agent)
    cluster_id = await make_cluster()
    await place_article(agent, original, visibility="public", space_id=None, cluster_id=cluster_id)
    typed = Typed("nothing like it", ("nothing", "like", "it"), is_growing=False)
    for reader, shown in ((ANONYMOUS, "How to reset it"), (GERMAN, "Wie man es zurücksetzt")):
        found = await find_articles(reader, typed, {cluster_id: 0.9}, 10)
        assert [one.title for one in found] == [shown]
        (ranked,) = await list_answers_of_cluster(reader, cluster_id)
        assert ranked.title == shown


async def test_a_translation_stands_where_its_original_stands(agent: Actor) -> None:
    original, translation = await make_both(agent)
    other = await make_published_article("The one after it")
    admin = await make_person(Role.ADMIN)
    slug = await make_category(admin, CategoryDraft("Signing in"))
    await place_in_category(agent, translation, slug)
    await place_in_category(agent, other, slug)

    page = await get_category_page(GERMAN, slug)
    assert [line.title for line in page.articles] == ["Wie man es zurücksetzt", "The one after it"]
    place, related, versions = await get_surroundings(GERMAN, translation)
    assert place.category == slug
    assert place.after is not None
    assert place.after.title == "The one after it"
    assert [one.title for one in related] == []
    assert [(one.language, one.is_original) for one in versions] == [("en", True), ("de", False)]
    place, _, _ = await get_surroundings(GERMAN, other)
    assert place.before is not None
    assert place.before.title == "Wie man es zurücksetzt"
    await place_article(agent, original, visibility="staff", space_id=None, cluster_id=None)
    assert await titles(GERMAN) == ["The one after it"]


async def test_all_versions_are_one_answer_with_one_ledger(agent: Actor) -> None:
    original, translation = await make_both(agent)
    assert await count_rows("answer") == 1
    numbers = [await fetch_value("select number from article where id = $1", one) for one in (original, translation)]
    first, second = [await get_article(ANONYMOUS, number) for number in numbers]
    assert first.answer_id == second.answer_id


async def test_a_translation_is_behind_once_its_original_was_published_anew(agent: Actor) -> None:
    original, translation = await make_both(agent)
    await revise_article(agent, original, Revision("How to reset it", "Press it twice.", 1))
    assert [line.is_outdated for line in await list_translations(agent, original) if line.number] == [False]
    await publish_article(agent, original, revision=2)

    assert [line.is_outdated for line in await list_translations(agent, translation) if line.number] == [True]
    number = await fetch_value("select number from article where id = $1", translation)
    assert (await get_article(GERMAN, number)).is_outdated
    assert (await get_original(agent, translation)).body == "Press it twice."

    await revise_article(agent, translation, Revision("Wie man es zurücksetzt", "Drücke ihn.", 1, translated=2))
    await publish_article(agent, translation, revision=2)
    assert not (await get_article(GERMAN, number)).is_outdated


async def test_a_translation_is_published_beside_its_original_and_goes_with_it(agent: Actor) -> None:
    original = await make_published_article("How to reset it")
    translation = await translate(agent, original, "Wie man es zurücksetzt", publish=False)
    assert await titles(GERMAN) == ["How to reset it"]
    await submit_article(agent, translation)
    await publish_article(agent, translation, revision=1)
    await archive_article(agent, original)
    assert await titles(GERMAN) == []
    assert await fetch_value("select count(*) from article where state = 'archived'") == 2


async def test_it_cannot_be_published_before_its_original(agent: Actor) -> None:
    original = await make_published_article("How to reset it")
    translation = await translate(agent, original, "Wie man es zurücksetzt", publish=False)
    await submit_article(agent, translation)
    await archive_article(agent, original)
    with pytest.raises(Conflict):
        await publish_article(agent, translation, revision=1)


async def test_one_version_a_language_and_of_a_revision_there_is(agent: Actor) -> None:
    original, _ = await make_both(agent)
    draft = Translation("Noch einmal dasselbe", "Drücke ihn.", 1)
    with pytest.raises(Conflict):
        await write_translation(agent, original, "de", draft)
    with pytest.raises(Conflict):
        await write_translation(agent, original, "en", draft)
    for language, translated, field in (("xx", 1, "language"), ("ar", 9, "translated")):
        with pytest.raises(Invalid) as refused:
            await write_translation(agent, original, language, replace(draft, translated=translated))
        assert field in refused.value.fields
    with pytest.raises(NotAllowed):
        await write_translation(await make_person(), original, "ar", draft)
