"""The status page, where staff write on it, what programs read, and the line above the forum's pages."""

from collections.abc import Callable

from kb.core.database import fetch_value
from kb.core.policy import Role
from kb.status.reporting import Said, open_incident, update_incident
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.people_factories import make_key
from tests.support.signals_factories import make_product

LATE = Said("investigating", "major", "Invoices are **sent late**.")
HTML = {"accept": "text/html"}


async def test_staff_tell_of_an_incident_and_everybody_reads_it_on_its_page_and_above_every_other(
    client: Client, new_client: Callable[[], Client]
) -> None:
    stranger = new_client()
    assert "Everything works" in (await stranger.get("/status", headers=HTML)).text
    assert "incident-line" not in (await stranger.get("/", headers=HTML)).text
    await client.sign_in(await make_person(Role.AGENT))
    told = {"title": "Invoices are sent late", "state": "investigating", "impact": "major", "body": "We **look**."}

    empty = await client.post_form("/status", {**told, "body": " "})
    assert (empty.status_code, "Invoices are sent late" in empty.text) == (422, True)
    made = await client.post_form("/status", told)

    assert made.headers["location"] == "/status/1"
    assert "<strong>look</strong>" in (await stranger.get("/status/1", headers=HTML)).text
    assert "Invoices are sent late" in (await stranger.get("/status", headers=HTML)).text
    assert 'href="/status/1"' in (await stranger.get("/", headers=HTML)).text
    assert "Say how it goes on" not in (await stranger.get("/status/1", headers=HTML)).text

    await client.post_form("/status/1/updates", {**told, "state": "resolved"})
    assert "incident-line" not in (await stranger.get("/", headers=HTML)).text
    assert "Everything works" in (await stranger.get("/status", headers=HTML)).text
    assert (await stranger.get("/status/2", headers=HTML)).status_code == 404


async def test_programs_read_how_things_stand_from_any_page_and_only_when_it_changed(client: Client) -> None:
    agent, app = await make_person(Role.AGENT), await make_product()
    number = await open_incident(agent, "Invoices are sent late", LATE, app_id=app.id)

    said = await client.get("/api/v1/status", headers={"origin": "https://app.example"})
    again = await client.get("/api/v1/status", headers={"if-none-match": said.headers["etag"]})
    await update_incident(agent, number, Said("resolved", "none", "Over."))
    after = await client.get("/api/v1/status", headers={"if-none-match": said.headers["etag"]})

    assert said.headers["access-control-allow-origin"] == "*"
    assert "max-age=10" in said.headers["cache-control"]
    [one] = said.json()["incidents"]
    assert (said.json()["impact"], one["title"], one["text"]) == (
        "major",
        "Invoices are sent late",
        "Invoices are sent late.",
    )
    assert one["said"] == "Investigating · Large disturbance"
    assert again.status_code == 304
    assert after.json() == {"impact": "none", "incidents": []}


async def test_a_program_tells_of_an_incident_and_walks_through_all_of_them(client: Client) -> None:
    agent, member = await make_person(Role.AGENT), await make_person()
    key, other = await make_key(agent), await make_key(member)
    sent = {"title": "Invoices are sent late", "body": "We look.", "impact": "critical"}

    refused = await client.post("/api/v1/incidents", json=sent, headers={"authorization": f"Bearer {other}"})
    made = await client.post("/api/v1/incidents", json=sent, headers={"authorization": f"Bearer {key}"})
    await open_incident(agent, "Signing in fails", LATE)
    update = {"body": "Over.", "state": "resolved", "impact": "none"}
    moved = await client.post("/api/v1/incidents/1/updates", json=update, headers={"authorization": f"Bearer {key}"})

    assert refused.status_code == 403
    assert (made.status_code, made.json()["state"], made.json()["url"]) == (
        201,
        "investigating",
        "http://localhost:8000/status/1",
    )
    assert [one["state"] for one in moved.json()["updates"]] == ["resolved", "investigating"]
    first = (await client.get("/api/v1/incidents", params={"limit": 1})).json()
    second = (await client.get("/api/v1/incidents", params={"limit": 1, "cursor": first["next"]})).json()
    assert [first["items"][0]["number"], second["items"][0]["number"], second["next"]] == [2, 1, None]
    assert await fetch_value("select count(*) from incident") == 2


async def test_an_incident_whose_number_no_column_holds_is_not_there(client: Client) -> None:
    update = {"body": "Over.", "state": "resolved", "impact": "none"}
    key = {"authorization": f"Bearer {await make_key(await make_person(Role.AGENT))}"}

    moved = await client.post(f"/api/v1/incidents/{10**30}/updates", json=update, headers=key)
    read = await client.get(f"/api/v1/incidents/{10**30}")

    assert (moved.status_code, read.status_code) == (404, 404)
