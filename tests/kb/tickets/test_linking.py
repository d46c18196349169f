"""Many people, one problem: linked tickets are answered and solved in one act, each on its own."""

import asyncio

import pytest

from kb.core.database import fetch_all, fetch_value
from kb.core.errors import Conflict, Invalid, NotAllowed
from kb.core.policy import Role
from kb.tickets.acting import SOLVED
from kb.tickets.answering import reply_to_problem, reply_to_ticket
from kb.tickets.linking import link_incident, list_incidents, solve_problem, unlink_incident
from kb.tickets.merging import merge_tickets
from kb.tickets.queries import get_ticket
from kb.tickets.solving import solve_ticket
from tests.support.factories import make_person
from tests.support.tickets_factories import make_ticket


async def test_one_reply_reaches_everybody_who_has_the_problem_each_by_their_own_ticket(db: str) -> None:
    agent = await make_person(Role.AGENT)
    people = [await make_person(name=f"Person {n}") for n in range(4)]
    channels = ("form", "email", "api", "widget")
    problem, *others = [await make_ticket(who, channel=how) for who, how in zip(people, channels, strict=True)]
    for one in (*others, others[0]):
        await link_incident(agent, problem.id, one.id)
    await solve_ticket(agent, others[2].id)

    assert [(one.number, one.requester, one.channel) for one in await list_incidents(agent, problem.id)] == [
        (others[0].number, "Person 1", "email"), (others[1].number, "Person 2", "api"), (others[2].number, "Person 3", "widget"),
    ]  # fmt: skip
    desk = [(await get_ticket(agent, one.number)).desk for one in (problem, others[0])]
    assert [(side.incidents, side.problem) for side in desk if side] == [(3, None), (0, problem.number)]
    assert await reply_to_problem(agent, problem.id, "A fix is on its way.", acts=SOLVED) == 3
    replied = await fetch_all(
        "select t.number, m.body_source, t.state from ticket_message m join ticket t on t.id = m.ticket_id"
        " where m.kind = 'agent' order by 1"
    )
    reached = [problem, *others[:2]]
    assert [tuple(row) for row in replied] == [(one.number, "A fix is on its way.", "solved") for one in reached]
    assert await fetch_value("select count(*) from audit_line where action = 'ticket.agent'") == 3
    told = await fetch_all(
        "select name, count(*) from outbox_message where name in ('AgentReplied', 'TicketSolved') group by 1 order by 1"
    )
    assert [tuple(row) for row in told] == [("AgentReplied", 3), ("TicketSolved", 4)]
    theirs = await get_ticket(people[1], others[0].number)
    assert [m.source for m in theirs.messages][1:] == ["A fix is on its way."]


async def test_a_problem_and_all_its_tickets_are_solved_without_a_word_and_links_go_one_by_one(db: str) -> None:
    agent = await make_person(Role.AGENT)
    problem, one, other = [await make_ticket() for _ in range(3)]
    await link_incident(agent, problem.id, one.id)
    await link_incident(agent, problem.id, other.id)
    await unlink_incident(agent, other.id)
    with pytest.raises(Conflict):
        await unlink_incident(agent, other.id)
    assert await solve_problem(agent, problem.id) == 2
    states = await fetch_all("select state from ticket order by number")
    assert [row["state"] for row in states] == ["solved", "solved", "open"]
    assert await reply_to_problem(agent, other.id, "Alone") == 1


async def test_a_link_leads_one_way_and_to_one_problem(db: str) -> None:
    agent, ines = await make_person(Role.AGENT), await make_person()
    problem, incident, second, mine = [await make_ticket() for _ in range(3)] + [await make_ticket(ines)]
    await link_incident(agent, problem.id, incident.id)
    with pytest.raises(Invalid):
        await link_incident(agent, problem.id, problem.id)
    for wrong in ((second, incident), (incident, second), (second, problem)):
        with pytest.raises(Conflict):
            await link_incident(agent, wrong[0].id, wrong[1].id)
    with pytest.raises(NotAllowed):
        await link_incident(ines, problem.id, mine.id)
    crosswise = [link_incident(agent, second.id, mine.id), link_incident(agent, mine.id, second.id)]
    results = await asyncio.gather(*crosswise, return_exceptions=True)
    assert sum(isinstance(result, Conflict) for result in results) == 1


async def test_a_merged_ticket_is_linked_as_the_one_it_is_read_in(db: str) -> None:
    agent, ines = await make_person(Role.AGENT), await make_person()
    problem, incident, again = await make_ticket(), await make_ticket(ines), await make_ticket(ines)
    await link_incident(agent, problem.id, incident.id)
    await merge_tickets(agent, incident.id, into=again.id)
    assert [one.number for one in await list_incidents(agent, problem.id)] == [again.number]
    side = (await get_ticket(agent, incident.number)).desk
    assert side is not None
    assert side.problem == problem.number
    assert await reply_to_problem(agent, problem.id, "Fixed.") == 2
    await reply_to_ticket(ines, again.id, "Thank you", "customer")
    assert [m.source for m in (await get_ticket(ines, again.number)).messages][2:] == ["Fixed.", "Thank you"]
    await unlink_incident(agent, again.id)
    assert await list_incidents(agent, problem.id) == []
