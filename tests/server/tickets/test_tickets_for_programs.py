"""The JSON API."""

from typing import Any

import pytest

from kb.core.actor import Actor
from kb.core.policy import Role
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.people_factories import make_key
from tests.support.tickets_factories import make_ticket


async def bearer(actor: Actor) -> dict[str, str]:
    return {"authorization": f"Bearer {await make_key(actor)}"}


async def test_a_program_opens_reads_and_writes_in_a_ticket(client: Client) -> None:
    ines, agent = await make_person(), await make_person(Role.AGENT)
    hers, theirs = await bearer(ines), await bearer(agent)
    made = await client.post("/api/v1/tickets", json={"subject": "Sent twice", "body": "Each *invoice*."}, headers=hers)
    assert made.status_code == 201
    number = made.json()["number"]
    assert made.json()["url"].endswith(f"/tickets/{number}")
    path = f"/api/v1/tickets/{number}"
    note = {"body": "Tenth this week.", "kind": "note"}
    assert (await client.post(f"{path}/messages", json=note, headers=theirs)).status_code == 201
    assert (await client.post(f"{path}/messages", json={"body": "Switch it off."}, headers=theirs)).status_code == 201
    assert (
        await client.post(f"{path}/messages", json={"body": "Thanks.", "solves": True}, headers=hers)
    ).status_code == 201
    seen = (await client.get(path, headers=hers)).json()
    assert (seen["ticket"]["state"], seen["ticket"]["channel"]) == ("solved", "api")
    assert [(m["kind"], m["body"]) for m in seen["messages"]] == [
        ("customer", "Each *invoice*."),
        ("agent", "Switch it off."),
        ("customer", "Thanks."),
    ]
    assert seen["messages"][0]["html"] == "<p>Each <em>invoice</em>.</p>\n"
    worked = (await client.get(path, headers=theirs)).json()
    assert [m["kind"] for m in worked["messages"]] == ["customer", "note", "agent", "customer"]


async def test_a_list_holds_ones_own_and_a_queue_is_for_agents(client: Client) -> None:
    ines, agent = await make_person(), await make_person(Role.AGENT)
    ticket = await make_ticket(ines)
    own = (await client.get("/api/v1/tickets", headers=await bearer(ines))).json()
    assert ([t["number"] for t in own["items"]], own["next"]) == ([ticket.number], None)
    theirs = await bearer(agent)
    assert (await client.get("/api/v1/tickets", headers=theirs)).json()["items"] == []
    queue = (await client.get("/api/v1/tickets?queue=unassigned", headers=theirs)).json()
    assert [t["number"] for t in queue["items"]] == [ticket.number]
    assert (await client.get("/api/v1/tickets?queue=lost", headers=theirs)).status_code == 404
    refused = await client.get("/api/v1/tickets?queue=open", headers=await bearer(ines))
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "not_allowed")


@pytest.mark.parametrize(
    ("sent", "status", "field"),
    [
        ({"subject": "", "body": "x"}, 422, "subject"),
        ({"subject": "x", "body": " "}, 422, "body"),
        ({"subject": "x", "body": "x", "page_url": "nonsense:x"}, 422, "page_url"),
        ({"subject": "x"}, 400, "body"),
        ({"subject": "x", "body": "x", "requester_id": "me"}, 400, "requester_id"),
    ],
)
async def test_a_wrong_call_names_the_field_in_the_one_shape(
    client: Client, sent: dict[str, Any], status: int, field: str
) -> None:
    answer = await client.post("/api/v1/tickets", json=sent, headers=await bearer(await make_person()))
    assert answer.status_code == status
    error = answer.json()["error"]
    assert error["code"] == "invalid"
    assert len(error["fields"]) == 1
    assert field in str(error["fields"])


async def test_a_browsers_cookie_writes_nothing_through_the_api(client: Client) -> None:
    await client.sign_in(await make_person())
    answer = await client.post("/api/v1/tickets", json={"subject": "x", "body": "x"})
    assert answer.status_code == 401
