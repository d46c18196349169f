"""Staff find each event by each of its fields; nobody else finds any."""

from typing import Any

import pytest

from kb.core.database import fetch_all
from kb.core.policy import Role
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.signals_factories import send_events


@pytest.fixture
async def agent(client: Client) -> Client:
    return await client.sign_in(await make_person(Role.AGENT))


async def found(client: Client, **query: str) -> list[str]:
    body = (await client.get("/api/v1/events", params=query)).json()
    return [event["name"] for event in body["items"]]


async def some_events() -> None:
    await send_events(
        {
            "name": "invoice_sent",
            "distinct_id": "anon-1",
            "page": "https://a.example/invoices/7?x=1",
            "element": "button#send",
        },
        {"name": "login_failed", "user_id": "u1", "page": "/login", "traits": {"name": "Ines Duarte"}},
        {"name": "<b>bold</b>", "distinct_id": "anon-2", "text": "<script>alert(1)</script>", "element": "a#x"},
    )


async def test_each_event_is_found_by_each_of_its_fields(agent: Client) -> None:
    await some_events()
    person = (await fetch_all("select id from person where name = 'Ines Duarte'"))[0]["id"]
    assert await found(agent, event="login_failed") == ["login_failed"]
    assert await found(agent, element="button#send") == ["invoice_sent"]
    assert await found(agent, page="/invoices/99") == ["invoice_sent"]
    assert await found(agent, page="https://a.example/invoices/8?y=2") == ["invoice_sent"]
    assert await found(agent, person="anon-1") == ["invoice_sent"]
    assert await found(agent, person="u1") == await found(agent, person=str(person)) == ["login_failed"]
    assert await found(agent, person="u1", event="invoice_sent") == []
    assert len(await found(agent)) == 3


async def test_pages_of_results_lose_and_repeat_nothing(agent: Client) -> None:
    await send_events(*[{"name": f"e{i:03}", "distinct_id": "d"} for i in range(120)])
    names: list[str] = []
    query: dict[str, Any] = {}
    for _ in range(3):
        body = (await agent.get("/api/v1/events", params=query)).json()
        names += [event["name"] for event in body["items"]]
        query = {"cursor": body["next"]}
    assert body["next"] is None
    assert sorted(names) == [f"e{i:03}" for i in range(120)]


async def test_the_page_shows_events_and_links_that_narrow(agent: Client) -> None:
    await some_events()
    page = await agent.get("/events", params={"event": "invoice_sent"})
    assert page.status_code == 200
    assert "/invoices/:id" in page.text
    assert "element=button%23send" in page.text
    assert "login_failed" not in page.text.split("<tbody")[1]


async def test_what_strangers_send_is_text_on_the_page(agent: Client) -> None:
    await some_events()
    page = await agent.get("/events")
    assert "<script>alert(1)" not in page.text
    assert "&lt;b&gt;bold" in page.text


async def test_empty_searches_say_why(agent: Client) -> None:
    assert "No events yet" in (await agent.get("/events")).text
    assert "Nothing matches" in (await agent.get("/events?event=nope")).text


async def test_a_broken_cursor_is_a_clear_refusal(agent: Client) -> None:
    response = await agent.get("/api/v1/events", params={"cursor": "%%%"})
    assert (response.status_code, response.json()["error"]["fields"]) == (422, {"cursor": "bad"})
    assert (await agent.get("/events?cursor=zzz")).status_code == 422


@pytest.mark.parametrize("role", [Role.MEMBER, Role.MODERATOR])
async def test_others_may_not_search_events(client: Client, role: Role) -> None:
    await client.sign_in(await make_person(role))
    assert (await client.get("/api/v1/events")).status_code == 403
    assert (await client.get("/events")).status_code == 403


async def test_nobody_signed_in_is_sent_to_sign_in(client: Client) -> None:
    assert (await client.get("/events", headers={"accept": "text/html"})).status_code == 303
    assert (await client.get("/api/v1/events")).status_code == 401
