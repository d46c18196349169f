"""The desk's pages: views, filters, many tickets at once, saved views, teams; and the same for programs."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from kb.core.actor import Actor
from kb.core.database import execute, fetch_value
from kb.core.policy import Role
from kb.tickets.prioritising import prioritise_ticket
from kb.tickets.tagging import set_ticket_tags
from tests.support.client import Client
from tests.support.desk_factories import make_team
from tests.support.factories import make_account, make_person
from tests.support.people_factories import make_key
from tests.support.statements import statements_run
from tests.support.tickets_factories import make_ticket

Call = Callable[..., Awaitable[httpx.Response]]


async def _program(client: Client, actor: Actor) -> Call:
    headers = {"authorization": f"Bearer {await make_key(actor)}"}

    async def call(method: str, path: str, body: Any = None) -> httpx.Response:
        return await client.request(method, f"/api/v1{path}", json=body, headers=headers)

    return call


async def test_a_row_says_who_asks_what_is_said_last_and_what_it_needs(client: Client) -> None:
    agent = await make_person(Role.AGENT)
    acme = await make_account("Acme Tiles")
    ticket = await make_ticket(await make_person(name="Ines Duarte", account_id=acme), body="Each goes out **twice**.")
    await prioritise_ticket(agent, ticket.id, "urgent")
    await set_ticket_tags(agent, ticket.id, ["billing", "vip", "third"])
    await execute("update ticket set due_at = now() - interval '2 hours'")
    await client.sign_in(agent)
    page = (await client.get("/desk")).text

    for said in (
        "Ines Duarte",
        "Acme Tiles",
        "Each goes out twice.",
        "urgent",
        "billing",
        "+1",
        "2 hours ago",
        "Nobody has taken it",
    ):
        assert said in page
    assert "ticket-row--overdue" in page
    with statements_run() as statements:
        assert (await client.get("/desk?filter=tag:billing+priority:urgent")).status_code == 200
    assert len(statements) <= 5


async def test_a_filter_is_shown_as_read_and_says_what_it_could_not_use(client: Client) -> None:
    await client.sign_in(await make_person(Role.AGENT))
    await make_ticket(subject="Refund for March")
    page = (await client.get("/desk?filter=refund+tag:+PRIORITY:normal")).text
    assert "tag: wants a tag, like tag:billing." in page
    assert 'value="priority:normal refund"' in page
    assert "Refund for March" in page
    assert "/desk/views/new?filter=priority%3Anormal%20refund" in page
    assert "No ticket is like that" in (await client.get("/desk?filter=zebra")).text
    assert 'aria-current="page">Waiting' in (await client.get("/desk?filter=is:waiting")).text
    assert (await client.get("/desk?past=nonsense")).status_code == 422
    assert (await client.get("/desk?saved=00000000-0000-7000-8000-000000000000")).status_code == 404


async def test_what_is_ticked_is_arranged_and_taken_back_where_it_was_seen(client: Client) -> None:
    agent, ines = await make_person(Role.AGENT), await make_person()
    tickets = [await make_ticket(ines) for _ in range(2)]
    await client.sign_in(agent)
    ticked = {"ticket": [str(ticket.number) for ticket in tickets], "back": "/desk?filter=is:any"}
    answer = await client.post_form("/desk/arranging", {**ticked, "action": "solve"})
    done = answer.headers["location"]
    assert done.startswith("/desk?filter=is%3Aany&done=")
    page = (await client.get(done)).text
    assert "2 tickets: solved." in page
    path = re.search(r'action="(/desk/arranging/[^"]+)"', page)
    assert path
    back = await client.post_form(path[1], {"back": done})
    assert back.headers["location"] == "/desk?filter=is%3Aany"
    assert "2 tickets are as they were again." in (await client.get(back.headers["location"])).text
    again = await client.post_form(path[1], {"back": done})
    assert "0 tickets are as they were again." in (await client.get(again.headers["location"])).text
    assert await fetch_value("select count(*) from ticket where state = 'open'") == 2
    snoozed = await client.post_form("/desk/arranging", {**ticked, "action": "snooze", "snooze": "3d"})
    assert snoozed.status_code == 303
    far = "select count(*) from ticket where snoozed_until between now() + interval '71 hours' and now() + interval '73 hours'"
    assert await fetch_value(far) == 2
    elsewhere = await client.post_form("/desk/arranging", {**ticked, "action": "merge", "back": "//evil.example/desk"})
    assert elsewhere.headers["location"].startswith("/desk?done=")


async def test_a_refused_act_shows_the_view_with_what_was_chosen(client: Client) -> None:
    one, other = await make_ticket(), await make_ticket()
    await client.sign_in(await make_person(Role.AGENT))
    ticked = {
        "ticket": [str(one.number), str(other.number)],
        "tags": "vip",
        "priority": "high",
        "back": "/desk?queue=all",
    }
    for action, status, said in (
        ("assign", 422, "choose one of the list"), ("snooze", 422, "A moment like"), ("merge", 409, "Link them instead"),
        ("", 422, "Choose what to do"),
    ):  # fmt: skip
        answer = await client.post_form(
            "/desk/arranging", {**ticked, "action": action, "assignee_id": "?", "snooze": "?"}
        )
        assert answer.status_code == status
        assert said in answer.text
        assert len(re.findall(r'name="ticket"[^>]*\bchecked\b', answer.text)) == 2
        assert 'value="vip"' in answer.text
        assert 'value="high" selected' in answer.text
    assert (await client.post_form("/desk/arranging", {"action": "solve", "ticket": "x"})).status_code == 422


async def test_views_are_kept_changed_ordered_and_removed(client: Client) -> None:
    agent = await make_person(Role.AGENT)
    await make_ticket(subject="Refund for March")
    await client.sign_in(agent)
    assert (await client.post_form("/desk/views", {"name": " ", "filter": "refund"})).status_code == 422
    kept = await client.post_form("/desk/views", {"name": "Refunds", "filter": "refund", "is_shared": "1"})
    shown = await client.get(kept.headers["location"])
    assert "Refund for March" in shown.text
    await client.post_form("/desk/views", {"name": "Quiet", "filter": "is:waiting older:3d"})
    page = (await client.get("/desk/views")).text
    order = re.search(r'name="views" value="([^"]+)"', page)
    assert order
    assert page.index(">Quiet<") < page.index(">Refunds<")
    await client.post_form("/desk/views/order", {"views": order[1]})
    page = (await client.get("/desk/views")).text
    assert page.index(">Refunds<") < page.index(">Quiet<")
    view_id = kept.headers["location"].rpartition("=")[2]
    assert 'value="refund"' in (await client.get(f"/desk/views/{view_id}")).text
    assert (await client.post_form(f"/desk/views/{view_id}", {"name": "R", "filter": "older:x"})).status_code == 422
    assert (await client.post_form(f"/desk/views/{view_id}", {"name": "R", "filter": "refund"})).status_code == 303
    assert (await client.post_form(f"/desk/views/{view_id}/removal")).status_code == 303
    assert await fetch_value("select array_agg(name) from saved_view") == ["Quiet"]


async def test_admins_make_teams_and_agents_say_whether_they_are_there(client: Client) -> None:
    admin, agent = await make_person(Role.ADMIN), await make_person(Role.AGENT, name="Tove Lindqvist")
    await client.sign_in(admin)
    assert (await client.post_form("/desk/teams", {"name": "", "routing": "hand"})).status_code == 422
    made = await client.post_form(
        "/desk/teams", {"name": "Billing", "routing": "round_robin", "channels": ["email", "form"]}
    )
    team = made.headers["location"]
    assert (await client.post_form(f"{team}/members", {"person_id": "x"})).status_code == 422
    await client.post_form(f"{team}/members", {"person_id": str(agent.person_id)})
    assert (await client.post_form(team, {"name": "", "routing": "hand"})).status_code == 422
    assert (
        await client.post_form(team, {"name": "Money", "routing": "least_open", "channels": ["email"]})
    ).status_code == 303
    assert "Money" in (await client.get(team)).text
    await client.sign_in(agent)
    assert (await client.get(team)).status_code == 403
    assert (await client.post_form("/desk/presence", {"is_away": "1", "capacity": "many"})).status_code == 422
    assert (await client.post_form("/desk/presence", {"is_away": "1", "capacity": "12"})).status_code == 303
    page = (await client.get("/desk/teams")).text
    assert "Tove Lindqvist" in page
    assert "0</span>" not in page
    assert "/12" in page
    assert "you are away" in (await client.get("/desk")).text
    await client.sign_in(admin)
    await client.post_form(f"{team}/members/{agent.person_id}/removal")
    await client.post_form(f"{team}/removal")
    assert await fetch_value("select count(*) from team") == 0


async def test_a_program_makes_teams_and_says_whether_it_is_there(client: Client) -> None:
    admin = await make_person(Role.ADMIN)
    call = await _program(client, admin)
    team = (await call("POST", "/teams", {"name": "Billing", "channels": ["email"]})).json()["id"]
    assert (await call("PUT", f"/teams/{team}/members/{admin.person_id}")).status_code == 204
    assert (await call("PUT", f"/teams/{team}", {"name": "Money", "routing": "least_open"})).status_code == 204
    assert (await call("GET", f"/teams/{team}")).json()["members"][0]["id"] == str(admin.person_id)
    assert [row["name"] for row in (await call("GET", "/teams")).json()["items"]] == ["Money"]
    assert (await call("PUT", "/me/presence", {"is_away": False, "capacity": 7})).status_code == 204
    assert (await call("GET", "/me/presence")).json() == {"away_since": None, "capacity": 7}
    assert (await call("DELETE", f"/teams/{team}/members/{admin.person_id}")).status_code == 204
    assert (await call("DELETE", f"/teams/{team}")).status_code == 204


async def test_a_program_reads_filters_and_arranges_what_it_found(client: Client) -> None:
    admin, ines = await make_person(Role.ADMIN), await make_person(name="Ines Duarte")
    call, team = await _program(client, admin), str(await make_team(name="Money"))
    one, other, third = [await make_ticket(ines) for _ in range(3)]
    handled = {"agent_id": str(admin.person_id), "team_id": team, "priority": "high", "tags": ["VIP"]}
    assert (await call("PUT", f"/tickets/{one.number}/handling", handled)).status_code == 204
    assert (await call("PUT", f"/tickets/{other.number}/priority", {"priority": "urgent"})).status_code == 204
    assert (await call("PUT", f"/tickets/{other.number}/tags", {"tags": ["vip"]})).status_code == 204
    assert (await call("PUT", f"/tickets/{other.number}/team", {"team_id": None})).status_code == 204
    assert (await call("GET", f"/tickets/{one.number}/handling")).json()["team"] == "Money"
    rows = (await call("GET", "/desk/tickets?filter=tag:vip&limit=1")).json()
    assert [(row["number"], row["priority"], row["requester"]) for row in rows["items"]] == [
        (other.number, "urgent", "Ines Duarte")
    ]
    rest = (await call("GET", f"/desk/tickets?filter=tag:vip&limit=1&cursor={rows['next']}")).json()
    assert [row["number"] for row in rest["items"]] == [one.number]
    assert (await call("GET", "/ticket-tags")).json()["items"] == [{"name": "vip", "tickets": 2}]
    batch = (await call("POST", "/ticket-batches", {"tickets": [other.number, third.number], "action": "solve"})).json()
    assert (batch["tickets"], batch["undone"]) == ([other.number, third.number], False)
    assert (await call("DELETE", f"/ticket-batches/{batch['id']}")).json()["undone"] is True
    assert (await call("GET", f"/ticket-batches/{batch['id']}")).json()["undone"] is True
    assert (await call("PUT", f"/tickets/{other.number}/snooze", {})).status_code == 204
    queues = {row["name"]: row["tickets"] for row in (await call("GET", "/ticket-queues")).json()["items"]}
    assert (queues["snoozed"], queues["all"], queues["solved"]) == (1, 3, None)
    assert (await call("DELETE", f"/tickets/{other.number}/snooze")).status_code == 204
    view = (await call("POST", "/ticket-views", {"name": "VIP", "filter": "tag:vip"})).json()["id"]
    assert (
        await call("PUT", f"/ticket-views/{view}", {"name": "V", "filter": "tag:vip", "is_shared": True})
    ).status_code == 204
    assert (await call("PUT", "/ticket-views/order", {"views": [view]})).status_code == 204
    assert (await call("GET", f"/ticket-views/{view}")).json()["name"] == "V"
    assert [row["id"] for row in (await call("GET", "/ticket-views")).json()["items"]] == [view]
    assert (await call("DELETE", f"/ticket-views/{view}")).status_code == 204


async def test_a_program_merges_splits_links_and_takes_back(client: Client) -> None:
    agent, ines = await make_person(Role.AGENT), await make_person()
    call, hers = await _program(client, agent), await _program(client, ines)
    one, other, strange = await make_ticket(ines), await make_ticket(ines), await make_ticket()
    assert (await call("POST", f"/tickets/{strange.number}/merge", {"into": one.number})).status_code == 409
    change = (await call("POST", f"/tickets/{other.number}/merge", {"into": one.number})).json()["id"]
    assert (await call("GET", f"/tickets/{other.number}")).json()["ticket"]["number"] == one.number
    assert [row["id"] for row in (await call("GET", f"/tickets/{one.number}/changes")).json()["items"]] == [change]
    assert (await hers("DELETE", f"/ticket-changes/{change}")).status_code == 403
    assert (await call("DELETE", f"/ticket-changes/{change}")).status_code == 204
    written = (await hers("POST", f"/tickets/{one.number}/messages", {"body": "And something else."})).json()["id"]
    made = (await call("POST", f"/tickets/{one.number}/split", {"messages": [written], "subject": "Else"})).json()[
        "number"
    ]
    assert (await hers("GET", f"/tickets/{made}")).json()["messages"][0]["body"] == "And something else."
    assert (await call("PUT", f"/tickets/{one.number}/incidents/{strange.number}")).status_code == 204
    assert [row["number"] for row in (await call("GET", f"/tickets/{one.number}/incidents")).json()["items"]] == [
        strange.number
    ]
    reached = await call("POST", f"/tickets/{one.number}/incidents/messages", {"body": "Fixed."})
    assert reached.json() == {"tickets": 2}
    assert (await call("PUT", f"/tickets/{one.number}/incidents/solution")).json() == {"tickets": 2}
    assert (await call("DELETE", f"/tickets/{strange.number}/problem")).status_code == 204
    assert (await call("DELETE", f"/tickets/{strange.number}/problem")).status_code == 409
    assert (await hers("GET", f"/tickets/{one.number}/handling")).status_code == 403


async def test_a_team_by_its_name_leads_to_its_tickets(client: Client) -> None:
    agent = await make_person(Role.AGENT)
    await make_team(agent, name="First line")
    await client.sign_in(agent)
    page = (await client.get("/desk/teams")).text
    assert "/desk?filter=team:%22first%20line%22" in page
