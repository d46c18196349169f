"""A post that waits for a moderator, as its writer, a program and everybody else meet it."""

from dataclasses import replace

import httpx
import pytest

from kb.core.trust import Trust
from kb.screening.rules import Screen
from server.app import create_app
from server.wiring import Services
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_space, make_topic
from tests.support.people_factories import make_key


@pytest.fixture
def holding(app_services: Services, db: str) -> Client:
    """A client of an installation that holds newcomers' first posts."""
    app = create_app(replace(app_services, screen=Screen(first_posts=1)), opens_database=False)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return Client(transport=transport, base_url="http://testserver")


async def test_a_writer_sees_their_question_waiting_and_a_stranger_nothing(holding: Client, client: Client) -> None:
    await make_space()
    await holding.sign_in(await make_person(trust=Trust.NEWCOMER))
    asked = await holding.post_form(
        "/ask", {"space": "help", "title": "The export stops early", "body": "It stops at 100 rows."}
    )
    page = await holding.get(asked.headers["location"])

    assert "A moderator looks at it first." in page.text
    assert "It waits for review: only you and moderators see it." in page.text
    assert (await client.get(asked.headers["location"])).status_code == 404
    assert "The export stops early" not in (await client.get("/")).text


async def test_a_writer_lands_on_their_waiting_reply(holding: Client, client: Client) -> None:
    topic = await make_topic()
    await holding.sign_in(await make_person(trust=Trust.NEWCOMER))
    sent = await holding.post_form(f"/t/{topic.number}/posts", {"body": "Try turning it off."})
    place = await holding.get(sent.headers["location"])
    page = await holding.get(place.headers["location"])

    assert "Try turning it off." in page.text
    assert "waits for review" in page.text
    assert "A moderator looks at it first." in page.text
    assert "Try turning it off." not in (await client.get(topic.path)).text
    assert (await client.get(sent.headers["location"])).status_code == 404


async def test_a_program_is_told_that_its_post_waits(holding: Client) -> None:
    topic = await make_topic()
    key = await make_key(await make_person(trust=Trust.NEWCOMER))
    sent = {"space": "help", "title": "The export stops early", "body": "It stops."}
    asked = await holding.post("/api/v1/topics", json=sent, headers={"Authorization": f"Bearer {key}"})
    replied = await holding.post(
        f"/api/v1/topics/{topic.number}/posts", json={"body": "Also here."}, headers={"Authorization": f"Bearer {key}"}
    )
    assert (asked.json()["waiting"], replied.json()["waiting"]) == (True, True)
