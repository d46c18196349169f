"""Macros are written on pages and by programs, found by their words, put away and brought back."""

import html
from typing import Any

import pytest

from kb.core.actor import Actor
from kb.core.database import fetch_value
from kb.core.policy import Role
from kb.macros.writing import archive_macro, create_macro
from tests.support.client import Client
from tests.support.desk_factories import make_team
from tests.support.factories import make_person
from tests.support.people_factories import make_key


@pytest.fixture
async def agent(db: str) -> Actor:
    return await make_person(Role.AGENT, name="Olga")


async def test_a_macro_is_written_changed_put_away_and_brought_back(client: Client, agent: Actor) -> None:
    await client.sign_in(agent)
    assert "No macro yet" in (await client.get("/desk/macros")).text
    refused = await client.post_form("/desk/macros", {"name": "Refund", "body": "Hello {{nobody}}"})
    assert refused.status_code == 422
    assert "There is no placeholder {{nobody}}" in html.unescape(refused.text)
    assert 'value="Refund"' in refused.text

    made = await client.post_form("/desk/macros", {"name": "Refund", "body": "Hello {{requester.name}}"})
    page = made.headers["location"]
    assert page == f"/desk/macros/{await fetch_value('select id from macro')}"
    assert "Hello {{requester.name}}" in html.unescape((await client.get(page)).text)
    assert 'name="revision" value="1"' in (await client.get(f"{page}/edit")).text

    changed = {"name": "Refund", "body": "Dear {{requester.name}}", "revision": "1"}
    assert (await client.post_form(page, changed)).status_code == 303
    late = await client.post_form(page, {**changed, "body": "Mine, typed meanwhile"})
    assert late.status_code == 409
    assert "Somebody changed this macro meanwhile" in late.text
    assert "Mine, typed meanwhile" in late.text

    assert (await client.post_form(f"{page}/archival", {})).status_code == 303
    assert "Refund" not in (await client.get("/desk/macros?q=dear")).text
    assert "Refund" in (await client.get("/desk/macros?archived=true&q=dear")).text
    other = await create_macro(agent, name="refund", body="Another.")
    await client.post_form(f"{page}/restoration", {})
    assert "Another macro has this name." in (await client.get(page)).text
    await archive_macro(agent, other)
    await client.post_form(f"{page}/restoration", {})
    assert "Refund" in (await client.get("/desk/macros")).text


async def test_programs_do_the_same(client: Client, agent: Actor) -> None:
    headers = {"authorization": f"Bearer {await make_key(agent)}"}
    made = await client.post("/api/v1/macros", json={"name": "Refund", "body": "It comes."}, headers=headers)
    assert made.status_code == 201
    address = f"/api/v1/macros/{made.json()['id']}"
    taken = await client.post("/api/v1/macros", json={"name": "REFUND", "body": "x"}, headers=headers)
    assert taken.status_code == 422

    change: dict[str, Any] = {"name": "Refund", "body": "It is there.", "revision": 1}
    changed = await client.request("PUT", address, json=change, headers=headers)
    assert (changed.status_code, changed.json()["revision"]) == (200, 2)
    assert (await client.request("PUT", address, json=change, headers=headers)).status_code == 409
    assert (await client.request("DELETE", address, headers=headers)).status_code == 204
    back = await client.post(f"{address}/restoration", headers=headers)
    assert (back.status_code, back.json()["is_archived"]) == (201, False)


@pytest.mark.parametrize("role", [Role.MEMBER, Role.MODERATOR, Role.PRODUCT_MANAGER])
async def test_only_who_answers_tickets_meets_macros(client: Client, agent: Actor, role: Role) -> None:
    macro_id = await create_macro(agent, name="Refund", body="It comes.")
    await client.sign_in(await make_person(role))

    for path in ("/desk/macros", "/desk/macros/new", f"/desk/macros/{macro_id}", f"/desk/macros/{macro_id}/edit"):
        assert (await client.get(path)).status_code == 403
    for path in ("", f"/{macro_id}", f"/{macro_id}/archival", f"/{macro_id}/restoration"):
        assert (await client.post_form(f"/desk/macros{path}", {"name": "Mine", "body": "Mine"})).status_code == 403
    assert await fetch_value("select name || body from macro where archived_at is null") == "RefundIt comes."


async def test_what_it_does_with_the_ticket_is_chosen_in_the_form_and_told(client: Client, agent: Actor) -> None:
    await client.sign_in(agent)
    team_id = await make_team(routing="hand", name="Billing")
    blank = (await client.get("/desk/macros/new")).text
    assert f'<option value="{team_id}">Billing</option>' in blank
    typed = {
        "name": "Refund",
        "body": "It comes.",
        "takes": "1",
        "team_id": str(team_id),
        "priority": "high",
        "tags": "pay back, !",
    }
    refused = await client.post_form("/desk/macros", typed)
    assert refused.status_code == 422
    assert "A tag needs letters or digits." in refused.text
    assert 'name="takes" value="1" checked' in refused.text
    assert f'<option value="{team_id}" selected>' in refused.text
    made = await client.post_form("/desk/macros", {**typed, "tags": "Refund, EU", "solves": "1"})
    shown = (await client.get(made.headers["location"])).text
    for told in ("it is yours", "given to Billing", "priority high", "tag refund", "tag eu", "it is solved"):
        assert f"<li>{told}</li>" in shown
    form = (await client.get(f"{made.headers['location']}/edit")).text
    assert 'value="refund, eu"' in form
    assert 'name="solves" value="1" checked' in form
    for field, wrong in (("team_id", "x"), ("priority", "soon")):
        assert (await client.post_form("/desk/macros", {**typed, "tags": "", field: wrong})).status_code == 422


async def test_programs_say_what_it_does_too(client: Client, agent: Actor) -> None:
    headers = {"authorization": f"Bearer {await make_key(agent)}"}
    acts = {"takes": False, "team_id": None, "priority": "low", "tags": ["spam"], "solves": True}
    made = await client.post("/api/v1/macros", json={"name": "Bye", "body": "No.", "acts": acts}, headers=headers)
    assert made.json()["acts"] == acts
    address = f"/api/v1/macros/{made.json()['id']}"
    kept = await client.put(address, json={"name": "Bye", "body": "No, thanks."}, headers=headers)
    assert kept.json()["acts"] == acts
    wrong = await client.put(address, json={"name": "Bye", "body": "x", "acts": {"priority": "soon"}}, headers=headers)
    assert wrong.status_code == 400
