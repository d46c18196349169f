"""One ticket at the desk: handled, snoozed, merged, split, linked, and all of it taken back, from its page."""

import re

from kb.core.database import execute, fetch_all, fetch_value
from kb.core.policy import Role
from kb.tickets.answering import reply_to_ticket
from kb.tickets.assigning import assign_ticket
from tests.support.client import Client
from tests.support.desk_factories import make_team
from tests.support.factories import make_person
from tests.support.statements import statements_run
from tests.support.tickets_factories import make_ticket


async def test_who_has_it_and_how_urgent_it_is_are_set_in_one_form(client: Client) -> None:
    agent = await make_person(Role.AGENT)
    team_id, ticket = await make_team(agent, routing="hand"), await make_ticket()
    await client.sign_in(agent)
    page = f"/desk/{ticket.number}"
    form = {"assignee_id": str(agent.person_id), "team_id": str(team_id), "priority": "high", "tags": "vip, billing"}
    assert (await client.post_form(f"{page}/handling", form)).status_code == 303
    shown = (await client.get(page)).text
    assert 'value="billing, vip"' in shown
    assert 'value="high" selected' in shown
    refused = await client.post_form(f"{page}/handling", {**form, "priority": "asap"})
    assert refused.status_code == 422
    assert "one of low, normal, high, urgent" in refused.text


async def test_saving_a_page_that_was_opened_before_another_agent_took_the_ticket_leaves_it_theirs(
    client: Client,
) -> None:
    agent, other = await make_person(Role.AGENT), await make_person(Role.AGENT)
    ticket = await make_ticket()
    await client.sign_in(agent)
    page = f"/desk/{ticket.number}"
    form = dict(re.findall(r'<input type="hidden" name="(was_[a-z_]+)" value="([^"]*)"', (await client.get(page)).text))
    assert form == {"was_assignee_id": "", "was_team_id": "", "was_priority": "normal", "was_tags": ""}
    await assign_ticket(other, ticket.id, other.person_id)

    sent = {**form, "assignee_id": "", "team_id": "", "priority": "normal", "tags": "late, …"}
    refused = await client.post_form(f"{page}/handling", sent)
    assert refused.status_code == 422
    assert 'value="late, …"' in refused.text, "nothing typed is lost"
    assert '<input type="hidden" name="was_assignee_id" value="">' in refused.text
    assert (await client.post_form(f"{page}/handling", {**sent, "tags": "late"})).status_code == 303

    assert await fetch_value("select assignee_id from ticket") == other.person_id
    assert await fetch_value("select array_agg(name) from ticket_tag") == ["late"]


async def test_a_snoozed_ticket_says_so_and_is_woken_from_its_page(client: Client) -> None:
    ticket = await make_ticket()
    await client.sign_in(await make_person(Role.AGENT))
    page = f"/desk/{ticket.number}"
    assert (await client.post_form(f"{page}/snooze", {"snooze": "1d"})).status_code == 303
    shown = (await client.get(page)).text
    assert "snoozed" in shown
    assert "in 1 day" in shown or "in 24 hours" in shown or "in 23 hours" in shown
    assert (await client.post_form(f"{page}/snooze/removal")).status_code == 303
    assert (await client.post_form(f"{page}/snooze", {"snooze": "reply"})).status_code == 303
    assert "until the customer writes" in (await client.get(page)).text
    assert (await client.post_form(f"{page}/snooze", {"snooze": "for ever"})).status_code == 422
    await client.post_form(f"{page}/solution")
    assert (await client.post_form(f"{page}/snooze", {"snooze": "1d"})).status_code == 409


async def test_a_merged_ticket_leads_to_where_it_is_read_for_both_sides_and_comes_back(client: Client) -> None:
    agent, ines = await make_person(Role.AGENT), await make_person()
    one, other, strange = await make_ticket(ines), await make_ticket(ines, body="The older words"), await make_ticket()
    await client.sign_in(agent)
    for into, status, said in (("abc", 422, "The number of a ticket"), (strange.number, 409, "Link them instead")):
        answer = await client.post_form(f"/desk/{other.number}/merge", {"into": str(into)})
        assert answer.status_code == status
        assert said in answer.text
    merged = await client.post_form(f"/desk/{other.number}/merge", {"into": f"#{one.number}"})
    assert merged.headers["location"] == f"/desk/{one.number}"
    assert (await client.get(f"/desk/{other.number}")).headers["location"] == f"/desk/{one.number}"
    page = (await client.get(f"/desk/{one.number}")).text
    assert f"Written in #{other.number}, which is read here:" in page
    await client.sign_in(ines)
    assert (await client.get(f"/tickets/{other.number}")).headers["location"] == f"/tickets/{one.number}"
    assert "The older words" in (await client.get(f"/tickets/{one.number}")).text
    await client.sign_in(agent)
    undo = re.search(r'action="(/desk/\d+/changes/[^"]+)"', page)
    assert undo
    assert (await client.post_form(undo[1])).status_code == 303
    assert (await client.get(f"/desk/{other.number}")).status_code == 200
    assert (await client.post_form(undo[1])).status_code == 404


async def test_messages_are_split_off_from_a_page_that_keeps_what_was_ticked(client: Client) -> None:
    agent, ines = await make_person(Role.AGENT), await make_person()
    ticket = await make_ticket(ines)
    again = await reply_to_ticket(ines, ticket.id, "And something else entirely.", "customer")
    await client.sign_in(agent)
    page = f"/desk/{ticket.number}/split"
    assert "And something else entirely." in (await client.get(page)).text
    refused = await client.post_form(page, {"message": str(again), "subject": " "})
    assert refused.status_code == 422
    assert f'value="{again}" checked' in refused.text
    assert (await client.post_form(page, {"message": "x", "subject": "Else"})).status_code == 422
    made = await client.post_form(page, {"message": str(again), "subject": "Else"})
    assert "And something else entirely." in (await client.get(made.headers["location"])).text
    assert "was split off" in (await client.get(f"/desk/{ticket.number}")).text


async def test_a_reply_goes_to_all_linked_tickets_where_the_agent_says_so(client: Client) -> None:
    problem, one, other = [await make_ticket() for _ in range(3)]
    await client.sign_in(await make_person(Role.AGENT))
    page = f"/desk/{problem.number}"
    assert (await client.post_form(f"{page}/incidents", {"incident": str(one.number)})).status_code == 303
    assert (
        await client.post_form(f"/desk/{other.number}/problem", {"problem": str(problem.number)})
    ).status_code == 303
    assert (await client.post_form(f"{page}/incidents", {"incident": str(problem.number)})).status_code == 422
    assert (await client.post_form(f"/desk/{other.number}/problem", {"problem": str(one.number)})).status_code == 409
    shown = (await client.get(page)).text
    assert "Send it in the 2 linked tickets, too" in shown
    assert f"Part of problem #{problem.number}" in (await client.get(f"/desk/{one.number}")).text
    refused = await client.post_form(f"{page}/messages", {"body": " ", "act": "reply", "to_linked": "1"})
    assert refused.status_code == 422
    assert 'name="to_linked" value="1" checked' in refused.text
    assert (
        await client.post_form(f"{page}/messages", {"body": "On it.", "act": "note", "to_linked": "1"})
    ).status_code == 303
    await client.post_form(f"{page}/messages", {"body": "A fix is on its way.", "act": "reply", "to_linked": "1"})
    rows = await fetch_all("select kind, count(*) from ticket_message where kind <> 'customer' group by 1 order by 1")
    assert [tuple(row) for row in rows] == [("agent", 3), ("note", 1)]
    unlinked = await client.post_form(f"/desk/{other.number}/problem/removal", {"from": str(problem.number)})
    assert unlinked.headers["location"] == page
    await client.post_form(f"{page}/incidents/solution")
    assert await fetch_value("select count(*) from ticket where state = 'solved'") == 2


async def test_a_ticket_costs_few_statements_however_many_are_linked_to_it(client: Client) -> None:
    agent, problem = await make_person(Role.AGENT), await make_ticket()
    await client.sign_in(agent)
    counts = []
    for rows in (1, 6):
        others = [await make_ticket() for _ in range(rows)]
        for one in others:
            await execute(
                "insert into ticket_link (incident_id, problem_id, created_at) values ($1, $2, now())",
                one.id,
                problem.id,
            )
        with statements_run() as statements:
            assert (await client.get(f"/desk/{problem.number}")).status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1]
