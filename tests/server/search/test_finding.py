"""Searching and suggestions over HTTP: found, silent, and never a trace of what the reader may not see."""

from collections.abc import Awaitable, Callable

import pytest

from kb.core.database import fetch_value
from kb.core.permissions import Permission
from kb.core.policy import Role, may, readable_visibilities
from kb.forum.accepting import accept_post
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_space, make_topic
from tests.support.statements import statements_run
from tests.support.tickets_factories import make_ticket

Deliver = Callable[[], Awaitable[int]]

QUESTION = "Invoices are sent twice every Monday"
PLACES = (
    "/search?q=invoices+sent+twice",
    "/api/v1/search?q=invoices+sent+twice",
    "/ask/suggestions?title=Invoices+are+sent+twice+every+Monday",
    "/api/v1/suggestions?text=Invoices+are+sent+twice+every+Monday",
)


@pytest.mark.parametrize("visibility", ["public", "members", "staff"])
@pytest.mark.parametrize("role", [Role.ANONYMOUS, Role.MEMBER, Role.AGENT, Role.MODERATOR])
async def test_a_topic_is_found_exactly_by_those_who_may_read_it(
    client: Client, deliver_all: Deliver, role: Role, visibility: str
) -> None:
    space = await make_space("corner", visibility=visibility)
    await make_topic(await make_person(Role.ADMIN), title=QUESTION, space=space)
    await deliver_all()
    if role != Role.ANONYMOUS:
        await client.sign_in(await make_person(role))

    found = [QUESTION in _unmarked((await client.get(place)).text) for place in PLACES]

    assert found == [visibility in readable_visibilities(role)] * len(PLACES)


@pytest.mark.parametrize("role", [Role.ANONYMOUS, Role.MEMBER, Role.AGENT, Role.MODERATOR])
async def test_a_ticket_is_found_by_those_who_answer_tickets_alone(
    client: Client, deliver_all: Deliver, role: Role
) -> None:
    await make_ticket(subject=QUESTION, body=QUESTION)
    await deliver_all()
    if role != Role.ANONYMOUS:
        await client.sign_in(await make_person(role))

    found = [QUESTION in _unmarked((await client.get(place)).text) for place in PLACES]

    assert found == [may(role, Permission.TICKET_ANSWER)] * len(PLACES)


async def test_a_suggestion_brings_the_answer_and_is_noted_in_the_ledger(client: Client, deliver_all: Deliver) -> None:
    agent = await make_person(Role.AGENT)
    topic = await make_topic(title=QUESTION)
    await accept_post(agent, await make_reply(topic, body="Switch off the old schedule."))
    await deliver_all()
    await client.sign_in(await make_person())

    shown = (await client.get(PLACES[2])).text

    assert "Switch off the old schedule." in shown
    assert await fetch_value("select count(*) from answer_use where kind = 'shown' and surface = 'ask'") == 1


async def test_a_page_of_results_is_read_in_five_statements(client: Client, deliver_all: Deliver) -> None:
    agent = await make_person(Role.AGENT)
    await accept_post(agent, await make_reply(await make_topic(title=QUESTION), body="Switch off the old schedule."))
    await deliver_all()
    await client.sign_in(await make_person())
    await client.get(PLACES[0])

    with statements_run() as seen:
        page = await client.get("/search?q=invoices+twice")

    assert QUESTION in _unmarked(page.text)
    read = [sql for sql in seen if sql.startswith(("select", "with")) and "typeinfo" not in sql]
    assert 3 < len(read) <= 5, read
    assert not any("rate_count" in sql for sql in seen)


async def test_what_nobody_asked_is_answered_by_silence(client: Client, deliver_all: Deliver) -> None:
    await make_topic(title=QUESTION)
    await deliver_all()

    told = (await client.get("/api/v1/suggestions?text=Which+cheese+goes+with+pears")).json()

    assert told == {"suggestions": [], "degraded": None}


@pytest.mark.parametrize("role", [Role.MEMBER, Role.MODERATOR, Role.AGENT, Role.PRODUCT_MANAGER])
async def test_clusters_are_for_those_who_may_read_them(client: Client, deliver_all: Deliver, role: Role) -> None:
    for _ in range(2):
        await make_topic(await make_person(), title=QUESTION, body=QUESTION)
    await deliver_all()
    await client.sign_in(await make_person(role))
    number = await fetch_value("select number from cluster")

    answers = [await client.get(path) for path in ("/clusters", f"/clusters/{number}", f"/api/v1/clusters/{number}")]

    allowed = may(role, Permission.CLUSTER_READ)
    assert [answer.status_code for answer in answers] == [200 if allowed else 403] * 3
    assert (QUESTION in answers[1].text) == allowed


def _unmarked(page: str) -> str:
    """The page without the marks around the words searched for."""
    return page.replace("<mark>", "").replace("</mark>", "")
