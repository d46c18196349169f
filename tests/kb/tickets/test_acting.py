"""What a reply does with its ticket besides: in the same write, with all of it or none."""

import pytest

from kb.core.database import fetch_all, fetch_one, fetch_value
from kb.core.errors import Invalid
from kb.core.ids import new_id
from kb.core.policy import Role
from kb.tickets.acting import Acts, read_acts
from kb.tickets.answering import reply_to_problem, reply_to_ticket
from kb.tickets.assigning import assign_ticket, give_ticket_to_team
from kb.tickets.linking import link_incident
from kb.tickets.queries import get_ticket
from tests.support.desk_factories import make_team
from tests.support.factories import make_person
from tests.support.tickets_factories import make_ticket


async def test_a_reply_takes_prioritises_tags_and_solves(db: str) -> None:
    tom, olga = await make_person(Role.AGENT), await make_person(Role.AGENT)
    ticket = await make_ticket()
    await assign_ticket(tom, ticket.id, olga.person_id)
    await reply_to_ticket(
        tom, ticket.id, "Paid back.", acts=Acts(takes=True, priority="high", tags=("Pay Back",), solves=True)
    )
    seen = await get_ticket(tom, ticket.number)
    assert seen.desk
    assert (seen.assignee_id, seen.state, seen.desk.priority, list(seen.desk.tags)) == (
        tom.person_id, "solved", "high", ["pay-back"],
    )  # fmt: skip
    rows = await fetch_all("select name from outbox_message order by id")
    assert [row["name"] for row in rows][-4:] == ["TicketPrioritised", "TicketTagged", "AgentReplied", "TicketSolved"]


async def test_a_ticket_nobody_had_goes_to_the_team_and_not_to_who_replied(db: str) -> None:
    tom, olga = await make_person(Role.AGENT), await make_person(Role.AGENT)
    team_id = await make_team(olga, routing="least_open")
    ticket, taken = await make_ticket(), await make_ticket()
    await assign_ticket(tom, taken.id, tom.person_id)
    for one in (ticket, taken):
        await reply_to_ticket(tom, one.id, "Our billing team looks at it.", acts=Acts(team_id=team_id))
    row = await fetch_one("select assignee_id, team_id, to_route, state from ticket where id = $1", ticket.id)
    assert row
    assert tuple(row.values()) == (None, team_id, True, "pending")
    kept = await fetch_one("select assignee_id, team_id, to_route from ticket where id = $1", taken.id)
    assert kept
    assert tuple(kept.values()) == (tom.person_id, team_id, False)


async def test_a_ticket_the_team_has_already_is_taken_by_who_replies(db: str) -> None:
    tom = await make_person(Role.AGENT)
    team_id = await make_team(tom, routing="least_open")
    ticket = await make_ticket()
    await give_ticket_to_team(tom, ticket.id, team_id)
    await reply_to_ticket(tom, ticket.id, "We look at it.", acts=Acts(team_id=team_id))
    assert (await get_ticket(tom, ticket.number)).assignee_id == tom.person_id


async def test_what_cannot_be_done_is_refused_and_nothing_is_sent(db: str) -> None:
    tom, ticket = await make_person(Role.AGENT), await make_ticket()
    for acts in (Acts(team_id=new_id(), priority="urgent"), Acts(tags=tuple(f"t{n}" for n in range(20)), takes=True)):
        if acts.tags:
            await reply_to_ticket(tom, ticket.id, "First.", acts=Acts(tags=("other",)))
        with pytest.raises(Invalid) as refusal:
            await reply_to_ticket(tom, ticket.id, "Hello.", acts=acts)
        assert list(refusal.value.fields) == ["acts"]
    assert await fetch_value("select count(*) from ticket_message where body_source = 'Hello.'") == 0
    assert (await fetch_value("select priority from ticket")) == "normal"
    with pytest.raises(Invalid, match="priority"):
        read_acts(takes=False, team_id=None, priority="soon", tags=(), solves=False)


async def test_a_note_and_a_customer_do_nothing_but_write(db: str) -> None:
    ines, tom = await make_person(), await make_person(Role.AGENT)
    ticket = await make_ticket(ines)
    acts = Acts(takes=True, priority="urgent", tags=("vip",))
    await reply_to_ticket(tom, ticket.id, "Careful.", "note", acts=acts)
    await reply_to_ticket(ines, ticket.id, "Please hurry.", "customer", acts=acts)
    seen = await get_ticket(tom, ticket.number)
    assert seen.desk
    assert (seen.assignee_id, seen.desk.priority, list(seen.desk.tags)) == (None, "normal", [])


async def test_one_reply_to_a_problem_does_it_in_each_of_its_tickets(db: str) -> None:
    tom = await make_person(Role.AGENT)
    problem, incident = await make_ticket(), await make_ticket()
    await link_incident(tom, problem.id, incident.id)
    await reply_to_problem(tom, problem.id, "It is mended.", acts=Acts(tags=("outage",), solves=True))
    for one in (problem, incident):
        seen = await get_ticket(tom, one.number)
        assert seen.desk
        assert (seen.state, list(seen.desk.tags)) == ("solved", ["outage"])
