"""Searching with operators: each narrows, facets count what is readable, and words that stand in quotes stand together."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.adapters.hashing_embedder import HashingEmbedder
from kb.core.actor import ANONYMOUS, Actor
from kb.core.database import execute
from kb.core.policy import Role
from kb.forum.accepting import accept_post
from kb.forum.asking import NewTopic, ask_topic
from kb.forum.hiding import hide_post
from kb.search.facets import Choice
from kb.search.searching import SearchResults, search
from tests.kb.search.test_grammar import PIECES
from tests.support.answers_factories import make_published_article
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_space, make_topic
from tests.support.search_factories import AGENT
from tests.support.statements import statements_run
from tests.support.tickets_factories import make_ticket

Deliver = Callable[[], Awaitable[int]]


async def find(text: str, actor: Actor = ANONYMOUS, **wanted: object) -> SearchResults:
    return await search(actor, text, embedder=HashingEmbedder(), **wanted)  # type: ignore[arg-type]


async def titles(text: str, actor: Actor = ANONYMOUS, **wanted: object) -> set[str]:
    return {item.plain_title for item in (await find(text, actor, **wanted)).items}


@pytest.fixture
async def community(db: str, deliver_all: Deliver) -> dict[str, Actor]:
    """Three topics, an article and a ticket, all about exports."""
    anna, ben = await make_person(Role.MEMBER), await make_person(Role.MEMBER)
    agent = await make_person(Role.AGENT)
    solved = await make_topic(anna, title="Export stops at a hundred rows", space="exports")
    await accept_post(agent, await make_reply(solved, agent))
    replied = await make_topic(
        ben, title="Export writes strange dates", body="Rows of the export are odd.", space="exports"
    )
    await make_reply(replied, anna)
    await make_topic(ben, title="Where is the export of invoices", space="billing")
    await execute("update topic set created_at = '2026-03-10' where title like 'Where is%'")
    await make_published_article("How large an export may be")
    await make_ticket(subject="Our export never ends", body="Our export never ends at all")
    await deliver_all()
    return {"anna": anna, "ben": ben, "agent": agent}


HUNDRED, DATES, INVOICES = (
    "Export stops at a hundred rows",
    "Export writes strange dates",
    "Where is the export of invoices",
)
ARTICLE, TICKET = "How large an export may be", "Our export never ends"


@pytest.mark.parametrize("words", ["", "export "])
@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("in:solved", {HUNDRED}),
        ("is:unsolved", {DATES, INVOICES}),
        ("is:unanswered", {INVOICES}),
        ("space:exports", {HUNDRED, DATES}),
        ('space:"Billing space"', {INVOICES}),
        ("in:articles", {ARTICLE}),
        ("in:topics -invoices", {HUNDRED, DATES}),
        ("in:topics before:2026-04", {INVOICES}),
        ("in:topics after:2026-03-11", {HUNDRED, DATES}),
        ("space:nowhere", set()),
        ("in:tickets", set()),
        ("in:mine", set()),
    ],
)
async def test_each_operator_narrows(
    community: dict[str, Actor], words: str, operator: str, expected: set[str]
) -> None:
    assert await titles(words + operator) == expected


async def test_a_phrase_stands_together_and_in_order(community: dict[str, Actor]) -> None:
    assert await titles('"strange dates"') == {DATES}
    assert await titles('"dates strange" export') == set()
    assert await titles('export -"strange dates" in:topics') == {HUNDRED, INVOICES}


async def test_a_member_is_found_by_what_they_asked_and_what_they_answered(community: dict[str, Actor]) -> None:
    anna = community["anna"]
    assert await titles(f"@{anna.username}") == {HUNDRED, DATES}
    assert await titles("in:mine", anna) == {HUNDRED, DATES}


async def test_a_hidden_reply_leads_nobody_to_its_author(community: dict[str, Actor], deliver_all: Deliver) -> None:
    anna, moderator = community["anna"], await make_person(Role.MODERATOR)
    topic = await make_topic(title="Export of canaries")
    reply = await make_reply(topic, anna)
    await deliver_all()
    assert "Export of canaries" in await titles(f"@{anna.username}")

    await hide_post(moderator, reply)

    assert "Export of canaries" not in await titles(f"@{anna.username}")


async def test_tickets_are_narrowed_to_by_those_who_answer_them(community: dict[str, Actor]) -> None:
    assert await titles("export in:tickets", AGENT) == {TICKET}
    assert await titles("in:tickets", AGENT) == {TICKET}


async def test_facets_count_what_was_found_and_lead_to_exactly_that(community: dict[str, Actor]) -> None:
    found = await find("export")

    choices = {choice.label: choice for facet in found.facets for choice in facet.choices}
    assert {label: choice.count for label, choice in choices.items() if label != "Past year"} == {
        "Topics": 3, "Articles": 1, "Solved": 1, "Unsolved": 2, "Unanswered": 1,
        "Exports space": 2, "Billing space": 1, "Past week": 3, "Past month": 3,
    }  # fmt: skip
    for choice in choices.values():
        assert (await find(choice.query)).count == choice.count
    narrowed = await find(choices["Solved"].query)
    (on,) = [choice for facet in narrowed.facets for choice in facet.choices if choice.is_on]
    assert (on.label, on.query) == ("Solved", "export")


async def test_facets_name_no_space_the_reader_may_not_read(community: dict[str, Actor], deliver_all: Deliver) -> None:
    await make_space("canary", visibility="staff")
    await make_topic(title="Export of secrets", space="canary")
    await deliver_all()

    assert "Canary" not in str((await find("export")).facets)
    assert await titles("space:canary") == set()
    assert await titles("space:canary", AGENT) == {"Export of secrets"}


async def test_tags_are_counted_over_what_the_reader_may_read_and_lead_to_exactly_that(
    community: dict[str, Actor], deliver_all: Deliver
) -> None:
    admin = await make_person(Role.ADMIN)
    await make_space("canary", visibility="staff")
    for title, space, tags in (
        ("Export as one sheet", "exports", ("sheets", "csv")),
        ("Export as two sheets", "exports", ("sheets",)),
        ("Export of secrets", "canary", ("takeover", "csv")),
    ):
        await ask_topic(admin, NewTopic(space, title, "How does it go?", None, tags))
    await deliver_all()

    def tags_in(found: SearchResults) -> dict[str, Choice]:
        return {one.label: one for facet in found.facets if facet.label == "Tag" for one in facet.choices}

    choices = tags_in(await find("export"))
    assert {label: one.count for label, one in choices.items()} == {"sheets": 2, "csv": 1}
    assert list(choices) == ["sheets", "csv"], "the most used first"
    assert "takeover" in tags_in(await find("export", AGENT))
    for choice in choices.values():
        narrowed = await find(choice.query)
        assert narrowed.count == choice.count
        (on,) = tags_in(narrowed).values()
        assert (on.label, on.is_on, on.query) == (choice.label, True, "export")


async def test_a_language_narrows_to_what_is_asked_in_it(community: dict[str, Actor], deliver_all: Deliver) -> None:
    german = "Der Export bricht nach hundert Zeilen ab, obwohl ich alle Rechnungen ausgewählt habe."
    topic = await make_topic(title="Export bricht immer wieder ab", body=german)
    await make_reply(topic, body="The export stops there because the limit for all of the rows is a hundred.")
    await deliver_all()
    for words in ("", "export "):
        assert await titles(f"{words}lang:de") == {"Export bricht immer wieder ab"}
        assert await titles(f"{words}lang:fr") == set()
    assert await titles("lang:EN in:articles") == {ARTICLE}
    assert (await find("export lang:klingon")).notes == ("lang: wants two letters of a language, like lang:de.",)


async def test_newest_first_turns_the_order_round(community: dict[str, Actor]) -> None:
    found = (await find("export in:topics", newest_first=True)).items

    assert [item.asked_at for item in found] == sorted((item.asked_at for item in found), reverse=True)
    assert found[-1].asked_at == datetime(2026, 3, 10, tzinfo=UTC)


async def test_what_could_not_be_used_is_told_and_the_rest_is_searched(community: dict[str, Actor]) -> None:
    found = await find("export in:heaven")

    assert found.notes == ("in: wants one of solved, unsolved, unanswered, mine, topics, articles, tickets.",)
    assert found.count == 4


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.text(max_size=40) | st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
async def test_whatever_is_typed_is_answered(community: dict[str, Actor], typed: str) -> None:
    found = await find(typed)

    assert found.degraded is None
    assert all(item.plain_title != TICKET for item in found.items)


async def test_a_search_reads_five_times_and_without_words_three_times(community: dict[str, Actor]) -> None:
    with statements_run() as listed:
        found = await find("in:solved space:exports")
    with statements_run() as worded:
        await find("export in:solved")

    assert found.facets
    assert len(listed) == 3
    read = [sql for sql in worded if sql.startswith(("select", "with")) and "typeinfo" not in sql]
    assert len(read) == 5, read
