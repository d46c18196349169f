"""Going without suggestions, seen from outside: silent for a few, never where it is dangerous, and told with how sure it is."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import httpx
import pytest

from kb.core.clock import now
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.permissions import Permission
from kb.core.policy import Role
from kb.forum.accepting import accept_post
from kb.insights.deflection.holding_out import choose_arm
from server.app import create_app
from server.wiring import Services
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_topic
from tests.support.people_factories import make_key, sign
from tests.support.signals_factories import make_product

Deliver = Callable[[], Awaitable[int]]
QUESTION = "Invoices are sent twice every Monday"
TYPED = "/ask/suggestions?title=Invoices+are+sent+twice+every+Monday"
HALF = 50


@pytest.fixture
async def client(app_services: Services, db: str) -> AsyncIterator[Client]:
    """A client of an installation that holds out half of all members."""
    services = replace(app_services, settings=app_services.settings.replaced(DEFLECTION_HOLDOUT=str(HALF)))
    app = create_app(services, opens_database=False)
    async with Client(transport=httpx.ASGITransport(app=app), base_url="http://testserver") as fresh:
        yield fresh


async def sign_in_somebody(client: Client, services: Services, arm: str) -> None:
    key = services.settings["SECRET_KEY"]
    while True:
        person = await make_person()
        if person.person_id and choose_arm(person.person_id, share=HALF / 100, key=key, at=now()) == arm:
            await client.sign_in(person)
            return


@pytest.fixture
async def answered(deliver_all: Deliver) -> None:
    agent = await make_person(Role.AGENT)
    await accept_post(agent, await make_reply(await make_topic(title=QUESTION), body="Switch off the old schedule."))
    await deliver_all()


@pytest.mark.usefixtures("answered")
async def test_who_is_held_out_sees_silence_and_both_arms_are_noted_alike(
    client: Client, app_services: Services
) -> None:
    await sign_in_somebody(client, app_services, "held")
    held = (await client.get(TYPED)).text
    await sign_in_somebody(client, app_services, "shown")
    shown = (await client.get(TYPED)).text
    silent = (await client.get("/ask/suggestions?title=Zebras+dance+at+noon")).text

    assert held == silent
    assert "Switch off the old schedule." in shown
    rows = await fetch_all(
        "select arm, surface, exempt, cardinality(answers) as offered from deflection_session order by arm"
    )
    assert [tuple(row) for row in rows] == [("held", "ask", False, 1), ("shown", "ask", False, 1)]
    assert await fetch_value("select count(*) from answer_use where kind = 'shown'") == 1


@pytest.mark.usefixtures("answered")
async def test_the_form_inside_a_product_is_part_of_it_and_searching_there_is_not(
    client: Client, app_services: Services
) -> None:
    product, typed = await make_product(), {"page": "https://app.fernbook.example/invoices", "text": QUESTION}
    ines, key = 0, app_services.settings["SECRET_KEY"]
    while True:
        ines += 1
        told = {"x-write-key": product.write_key, "x-identity-token": sign(product, sub=f"c-{ines}", name="Ines")}
        searched = (await client.get("/api/v1/help", params=typed, headers=told)).json()["answers"]
        person = await fetch_value("select id from person where external_id = $1", f"c-{ines}")
        if choose_arm(person, share=HALF / 100, key=key, at=now()) == "held":
            break

    asked = (await client.get("/api/v1/help", params={**typed, "asking": "true"}, headers=told)).json()

    assert searched
    assert asked["answers"] == []
    [noted] = await fetch_all("select arm, surface, person_id, cardinality(answers) as offered from deflection_session")
    assert (noted["arm"], noted["surface"], noted["person_id"]) == ("held", "widget", person)
    assert noted["offered"] == 1


@pytest.mark.usefixtures("answered")
async def test_nobody_who_may_be_in_danger_goes_without(client: Client, app_services: Services) -> None:
    await sign_in_somebody(client, app_services, "held")

    shown = (await client.get(f"{TYPED}&body=I+think+my+account+was+hacked")).text

    assert "Switch off the old schedule." in shown
    assert await fetch_value("select exempt from deflection_session")


@pytest.mark.usefixtures("answered")
async def test_switched_off_everybody_is_shown_everything_and_nothing_is_noted(app_services: Services, db: str) -> None:
    app = create_app(app_services, opens_database=False)
    async with Client(transport=httpx.ASGITransport(app=app), base_url="http://testserver") as client:
        await sign_in_somebody(client, app_services, "held")
        shown = (await client.get(TYPED)).text

    assert "Switch off the old schedule." in shown
    assert await fetch_value("select count(*) from deflection_session") == 0


async def test_product_managers_read_the_report_and_its_rows_and_members_do_not(client: Client) -> None:
    paths = ("/loop/deflection", "/loop/deflection/sessions", "/api/v1/deflection", "/api/v1/deflection/sessions")
    await client.sign_in(await make_person(Role.PRODUCT_MANAGER))
    report = await client.get(paths[0])
    assert "Not enough to say yet" in report.text
    assert (await client.get(f"{paths[0]}?outcome=nonsense")).status_code == 404
    told = (await client.get(paths[2])).json()
    assert told["all"]["difference"] is None
    assert (await client.get(paths[3])).json() == {"items": [], "next": None}

    await _invent_a_month()

    page = (await client.get(paths[0])).text
    assert "With 95 % certainty between" in page
    assert "Weaker measures" in page
    told = (await client.get(paths[2])).json()["all"]
    assert told["avoided"]["low"] < told["avoided"]["value"] < told["avoided"]["high"]
    assert (await client.get(paths[1])).text.count("<tr data-row") == 50
    first = (await client.get(f"{paths[3]}?limit=100&arm=held")).json()
    assert len(first["items"]) == 40
    narrow = await make_key(await make_person(Role.PRODUCT_MANAGER), Permission.CLUSTER_READ)
    asked = [await client.get(path, headers={"authorization": f"Bearer {narrow}"}) for path in paths[2:]]
    assert [one.status_code for one in asked] == [200, 403], "who typed is for who may read people"
    await client.sign_in(await make_person())
    assert [(await client.get(path)).status_code for path in paths] == [403] * 4


async def _invent_a_month() -> None:
    """Forty people held out, twenty of whom wrote a ticket; two hundred shown something, forty of whom did."""
    await execute(
        "insert into person (id, email, name, username, role, created_at) select gen_random_uuid(), n || '@example.com', 'P' || n,"
        " 'p' || n, 'member', now() - interval '9 days' from generate_series(1, 240) n"
    )
    await execute(
        "insert into deflection_session (id, person_id, surface, arm, share, began_at, last_at) select gen_random_uuid(), id, 'ticket',"
        " case when substr(username, 2)::int <= 40 then 'held' else 'shown' end, .5, created_at, created_at from person"
        " where username like 'p%' and email like '%@example.com' and name ~ '^P[0-9]+$'"
    )
    await execute(
        "insert into ticket (id, subject, requester_id, channel, created_at, last_message_at) select gen_random_uuid(), 'It broke', id,"
        " 'form', created_at + interval '5 minutes', now() from person where name ~ '^P[0-9]+$'"
        " and (substr(username, 2)::int <= 20 or substr(username, 2)::int between 101 and 140)"
    )
