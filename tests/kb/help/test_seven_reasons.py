"""Page, element, signals, release, language, text and what held for this pain: each alone decides which answer stands first.

In each test two answers fit alike but for one reason; without that reason their order is the other way round or undecided.
"""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest

from kb.adapters.hashing_embedder import HashingEmbedder
from kb.clusters.joining import join_questions
from kb.core.actor import ANONYMOUS, Actor
from kb.core.clock import now
from kb.core.database import execute, fetch_value
from kb.help.finding import Help, find_help
from kb.help.places import read_place
from kb.languages.reading import ask_for_language
from tests.kb.help.test_finding import ask, caller_of, collect
from tests.support.answers_factories import make_answer, make_published_article, make_solved_topic, use_answer
from tests.support.factories import make_person
from tests.support.outreach_factories import link_to_cluster, make_friction_point, make_signal

PAGE = "https://app.fernbook.example/invoices/17"
OTHER_PAGE = "https://app.fernbook.example/clients/4"


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    ask_for_language("en")
    yield
    ask_for_language("en")


async def answered_place(
    element: str, title: str, *, weight: float = 0.7, kind: str = "rage_click"
) -> tuple[UUID, UUID, UUID]:
    """A place on the page, its cluster, and the cluster's accepted answer."""
    place = await make_friction_point(kind, element=element)
    cluster_id = await link_to_cluster(place, weight=weight, label=title)
    _, post_id = await make_solved_topic(title=title, cluster_id=cluster_id)
    return place, cluster_id, await collect(post_id)


def titles(found: Help) -> list[str]:
    return [answer.title for answer in found.answers]


async def shown(actor: Actor = ANONYMOUS, *, page: str = PAGE, **how: str) -> list[str]:
    return titles(await ask(await caller_of(actor), page, **how))


async def test_the_page(db: str) -> None:
    await answered_place("button#send", "Sending")
    there, *_ = await answered_place("button#add", "Clients")
    await execute("update friction_point set route = '/clients/:id' where id = $1", there)

    assert await shown() == ["Sending"]
    assert await shown(page=OTHER_PAGE) == ["Clients"]


async def test_the_element(db: str) -> None:
    await answered_place("button#send", "Sending")
    await answered_place("button#print", "Printing")

    assert (await shown(element="button#send"))[0] == "Sending"
    assert (await shown(element="button#print"))[0] == "Printing"


async def test_the_persons_own_signals(db: str) -> None:
    await answered_place("button#send", "Sending", weight=0.9)
    printing, *_ = await answered_place("button#print", "Printing", weight=0.6)
    ines = await make_person()
    assert (await shown(ines))[0] == "Sending"

    await make_signal(ines, friction_point_id=printing)
    assert (await shown(ines))[0] == "Printing"


async def release(version: str, days_ago: int) -> None:
    await execute(
        "insert into release (version, released_at) values ($1, $2)", version, now() - timedelta(days=days_ago)
    )


async def article_in(cluster_id: UUID, title: str, *, verified_for: str | None = None, language: str = "en") -> UUID:
    article_id = await make_published_article(title)
    await execute(
        "update article set cluster_id = $2, verified_for = $3, language = $4 where id = $1",
        article_id,
        cluster_id,
        verified_for,
        language,
    )
    await execute("update answer set cluster_id = $2 where source_id = $1", article_id, cluster_id)
    answer_id: UUID = await fetch_value("select id from answer where source_id = $1", article_id)
    return answer_id


async def test_the_release_somebody_checked_the_answer_for(db: str) -> None:
    cluster_id = await link_to_cluster(await make_friction_point())
    await article_in(cluster_id, "As it was in 4.1", verified_for="4.1")
    await article_in(cluster_id, "As it is in 4.2", verified_for="4.2")

    from_41 = await ask_running("4.1")
    from_42 = await ask_running("4.2")

    assert (titles(from_41), titles(from_42)) == (["As it was in 4.1"], ["As it is in 4.2"])


async def ask_running(version: str, actor: Actor = ANONYMOUS) -> Help:
    return await find_help(
        await caller_of(actor),
        read_place(PAGE, "", version),
        embedder=HashingEmbedder(),
        base_url="https://help.example",
    )


async def test_pain_that_a_newer_release_ends_says_so_and_what_others_met_before_it_counts_less(db: str) -> None:
    for version, days in (("4.1", 30), ("4.2", 10)):
        await release(version, days)
    place, cluster_id, _ = await answered_place("button#send", "Sending", weight=0.9)
    await answered_place("button#print", "Printing", weight=0.6)
    await execute(
        "insert into issue (id, cluster_id, title, body_source, packet, tracker, state, created_at, closed_at)"
        " values (gen_random_uuid(), $1, 'Sending', '', '{}', 'board', 'shipped', $2, $2)",
        cluster_id,
        now() - timedelta(days=12),
    )
    ines = await make_person()

    assert titles(await ask_running("4.1")) == ["Sending", "Printing"]
    assert titles(await ask_running("4.2")) == ["Printing"]
    assert (await ask_running("4.1", ines)).fixed_in == ""
    await make_signal(ines, friction_point_id=place)
    assert (await ask_running("4.1", ines)).fixed_in == "4.2"
    assert (await ask_running("4.2", ines)).fixed_in == ""
    assert titles(await ask_running("4.2", ines))[0] == "Sending"

    await execute("update issue set state = 'open', closed_at = null")
    assert (await ask_running("4.1", ines)).fixed_in == ""


async def test_the_release_is_the_one_their_last_pain_came_from_where_the_page_names_none(db: str) -> None:
    place = await make_friction_point()
    cluster_id = await link_to_cluster(place)
    await article_in(cluster_id, "As it was in 4.1", verified_for="4.1")
    await article_in(cluster_id, "As it is in 4.2", verified_for="4.2")
    ines = await make_person()
    await make_signal(ines, friction_point_id=place)
    for version in ("4.1", "4.2"):
        await execute("update signal set release = $1", version)
        assert (await shown(ines))[0].endswith(version)


async def test_the_language_of_the_page(db: str) -> None:
    cluster_id = await link_to_cluster(await make_friction_point())
    await article_in(cluster_id, "Send it again", language="en")
    await article_in(cluster_id, "Noch einmal senden", language="de")

    assert await shown() == ["Send it again"]
    ask_for_language("de")
    assert await shown() == ["Noch einmal senden"]


async def test_an_article_is_shown_in_the_version_of_the_pages_language(db: str) -> None:
    cluster_id = await link_to_cluster(await make_friction_point())
    answer_id = await article_in(cluster_id, "Send it again")
    source = await fetch_value("select source_id from answer where id = $1", answer_id)
    translated = await make_published_article("Noch einmal senden", "Drücke **Senden**.")
    await execute("update article set language = 'de', translation_of = $2 where id = $1", translated, source)
    await execute("update answer set retired_at = now() where source_id = $1", translated)

    [english] = (await ask(await caller_of(), PAGE)).answers
    ask_for_language("de")
    [german] = (await ask(await caller_of(), PAGE)).answers

    assert (english.title, english.language, english.body) == ("Send it again", "en", [["p", ["Press it."]]])
    assert (german.id, german.title, german.language) == (english.id, "Noch einmal senden", "de")
    assert german.body == [["p", ["Drücke ", ["strong", ["Senden"]], "."]]]


async def test_the_text(db: str) -> None:
    await answered_place("button#send", "Sending an invoice does nothing", weight=0.9)
    _, cluster_id, _ = await answered_place("button#print", "The printer cuts the page")
    assert (await shown())[0] == "Sending an invoice does nothing"

    typed = "The printer cuts the page"
    question = await fetch_value(
        "update question set title = $2, text = $2 where cluster_id = $1 returning id", cluster_id, typed
    )
    await join_questions([question], HashingEmbedder())
    assert (await shown(text=typed))[0] == typed


@pytest.mark.parametrize("better", ["Clear the cache", "Reset the form"])
async def test_what_held_for_others_with_this_very_pain(db: str, better: str) -> None:
    """Each solved it for as many in all; of those who were hurt at this place, one did and the other did not."""
    place = await make_friction_point()
    cluster_id = await link_to_cluster(place)
    for title in ("Clear the cache", "Reset the form"):
        answer_id = await make_answer(cluster_id, title=title, accepted=True)
        topic_id, post_id = await make_solved_topic()
        await execute("update answer set source_id = $2, parent_id = $3 where id = $1", answer_id, post_id, topic_id)
        for _ in range(3):
            await use_answer(answer_id, await make_person(), "said_solved")
        await worked_here(place, answer_id, hurt_again=title != better)

    assert await shown() == [better]


async def worked_here(place: UUID, answer_id: UUID, *, hurt_again: bool) -> None:
    """Somebody got stuck at the place, opened the answer, and was or was not hurt there again two days later."""
    who = await make_person()
    await make_signal(who, friction_point_id=place, age=timedelta(days=30, hours=1))
    await use_answer(answer_id, who, "opened", ago=timedelta(days=30))
    if hurt_again:
        await make_signal(who, friction_point_id=place, age=timedelta(days=28))
