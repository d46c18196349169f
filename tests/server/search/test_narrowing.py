"""The search page, its list while typing and the API: operators, facets, marks, and nothing that is not the reader's."""

import re
from collections.abc import Awaitable, Callable

import pytest

from kb.core.database import fetch_value
from kb.core.policy import Role
from kb.forum.accepting import accept_post
from kb.search.grammar import OPERATORS
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_topic

Deliver = Callable[[], Awaitable[int]]


@pytest.fixture
async def topics(db: str, deliver_all: Deliver) -> None:
    agent = await make_person(Role.AGENT)
    topic = await make_topic(title="Export stops at <b>hundred</b> rows", space="exports")
    await accept_post(agent, await make_reply(topic, agent))
    await make_topic(title="Export writes strange dates", space="billing")
    await deliver_all()


async def test_a_facet_leads_to_what_it_counts(client: Client, topics: None) -> None:
    page = (await client.get("/search?q=export&sort=newest")).text
    (link,) = re.findall(r'href="(/search\?[^"]*in%3Asolved[^"]*)"', page)

    narrowed = (await client.get(link.replace("&amp;", "&"))).text

    assert "sort=newest" in link
    assert "1 result" in narrowed
    assert "strange dates" not in narrowed
    assert 'aria-current="true"' in narrowed


async def test_words_are_marked_and_what_people_typed_stays_text(client: Client, topics: None) -> None:
    for path in ("/search?q=hundred+rows", "/search/hits?q=hundred+rows"):
        page = (await client.get(path)).text
        assert "<mark>hundred</mark>" in page
        assert "<b>hundred" not in page
        assert "&lt;b&gt;" in page


async def test_the_help_lists_every_operator(client: Client, db: str) -> None:
    page = (await client.get("/search")).text.replace("&#34;", '"')

    assert all(operator.example in page for operator in OPERATORS)


async def test_what_could_not_be_used_is_said_and_nothing_breaks(client: Client, topics: None) -> None:
    page = await client.get("/search", params={"q": 'export before:soon "'})

    assert page.status_code == 200
    assert "before: wants a date like 2026-05-01." in page.text


async def test_nothing_found_within_limits_leads_out_of_them_and_to_asking(client: Client, topics: None) -> None:
    page = (await client.get("/search", params={"q": "strange dates space:exports"})).text

    assert 'href="/search?q=strange+dates"' in page
    assert 'href="/ask?title=strange+dates"' in page


async def test_the_list_while_typing_opens_what_is_found_and_closes_on_nothing(client: Client, topics: None) -> None:
    found = (await client.get("/search/hits?q=strange+da")).text
    nothing = (await client.get("/search/hits?q=cheese+pears")).text

    assert re.search(r'role="option".*data-href="/t/\d+/export-writes-strange-dates"', found, re.DOTALL)
    assert not nothing.strip()


async def test_the_api_takes_the_same_grammar_and_tells_facets_and_highlights(client: Client, topics: None) -> None:
    told = (await client.get("/api/v1/search", params={"q": "export in:solved before:x"})).json()

    assert told["count"] == 1
    assert told["notes"] == ["before: wants a date like 2026-05-01."]
    (result,) = told["results"]
    assert {"text": "Export", "hit": True} in result["highlights"]["title"]
    assert "".join(piece["text"] for piece in result["highlights"]["title"]) == result["title"]
    assert {"label": "Solved", "choices": [{"label": "Solved", "count": 1, "q": "export", "is_on": True}]} in told[
        "facets"
    ]


@pytest.mark.parametrize(
    ("role", "query", "kept"),
    [
        (Role.MEMBER, "cheese with pears", 1),
        (Role.MEMBER, "cheese with pears space:exports", 0),
        (Role.MEMBER, "strange dates", 0),
        (Role.AGENT, "cheese with pears", 0),
    ],
)
async def test_a_search_in_vain_is_kept_to_become_a_question(
    client: Client, topics: None, role: Role, query: str, kept: int
) -> None:
    await client.sign_in(await make_person(role))

    page = await client.get("/search", params={"q": query})

    assert ("Nobody has asked this yet" in page.text) == ("strange" not in query)
    assert await fetch_value("select count(*) from failed_search") == kept


async def test_a_program_without_cookies_leaves_no_search_behind(client: Client, topics: None) -> None:
    await client.get("/search", params={"q": "cheese with pears"})

    assert await fetch_value("select count(*) from failed_search") == 0
