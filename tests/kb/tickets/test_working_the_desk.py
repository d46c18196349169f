"""Solving, assigning, and the queues agents work from."""

from datetime import UTC, datetime, timedelta

import pytest

from kb.core.clock import clock_held_at
from kb.core.database import execute, fetch_value
from kb.core.errors import Conflict, Invalid, NotAllowed
from kb.core.policy import Role
from kb.tickets.answering import reply_to_ticket
from kb.tickets.assigning import assign_ticket
from kb.tickets.queries import PAGE, count_queues, get_ticket, list_agents, list_my_tickets, list_queue
from kb.tickets.solving import reopen_ticket, solve_ticket
from tests.support.factories import make_person
from tests.support.statements import statements_run
from tests.support.tickets_factories import make_ticket

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


async def test_the_requester_solves_and_reopens_their_own_ticket(db: str) -> None:
    ines = await make_person()
    ticket = await make_ticket(ines)
    await solve_ticket(ines, ticket.id)
    with pytest.raises(Conflict):
        await solve_ticket(ines, ticket.id)
    await reopen_ticket(ines, ticket.id)
    with pytest.raises(Conflict):
        await reopen_ticket(ines, ticket.id)
    names = "select string_agg(name, ' ' order by id) from outbox_message"
    assert await fetch_value(names) == "TicketOpened TicketSolved TicketReopened"


async def test_a_ticket_is_handed_only_to_those_who_answer(db: str) -> None:
    agent, ines, gone = await make_person(Role.AGENT), await make_person(), await make_person(Role.AGENT)
    await execute("update person set suspended_at = now() where id = $1", gone.person_id)
    ticket = await make_ticket(ines)
    await assign_ticket(agent, ticket.id, agent.person_id)
    assert (await get_ticket(agent, ticket.number)).assignee == agent.name
    for wrong in (ines, gone):
        with pytest.raises(Invalid):
            await assign_ticket(agent, ticket.id, wrong.person_id)
    with pytest.raises(NotAllowed):
        await assign_ticket(ines, ticket.id, None)
    await assign_ticket(agent, ticket.id, None)
    assert (await get_ticket(agent, ticket.number)).assignee is None
    assert [a.id for a in await list_agents(agent)] == [agent.person_id]


async def test_each_queue_holds_its_own_and_the_longest_waiting_stands_first(db: str) -> None:
    ines, agent, other = await make_person(), await make_person(Role.AGENT), await make_person(Role.AGENT)
    made = []
    for n in range(5):
        with clock_held_at(NOON + timedelta(hours=n)):
            made.append(await make_ticket(ines, subject=f"Ticket {n}"))
    await assign_ticket(agent, made[1].id, agent.person_id)
    await assign_ticket(agent, made[2].id, other.person_id)
    await reply_to_ticket(agent, made[3].id, "Which browser?")
    await solve_ticket(agent, made[4].id)

    async def subjects(queue: str) -> list[str]:
        return [line.subject for line in await list_queue(agent, queue)]  # type: ignore[arg-type]

    assert await subjects("open") == ["Ticket 0", "Ticket 1", "Ticket 2"]
    assert await subjects("mine") == ["Ticket 1", "Ticket 3"]
    assert await subjects("unassigned") == ["Ticket 0"]
    assert await subjects("waiting") == ["Ticket 3"]
    assert await subjects("solved") == ["Ticket 4"]
    assert await count_queues(agent) == {"open": 3, "mine": 2, "unassigned": 1, "waiting": 1}
    for refused in (list_queue(ines, "open"), count_queues(ines), list_agents(ines)):
        with pytest.raises(NotAllowed):
            await refused


async def test_a_long_queue_comes_in_pages_that_miss_nothing(db: str) -> None:
    ines, agent = await make_person(), await make_person(Role.AGENT)
    ticket = await make_ticket(ines)
    await execute(
        "insert into ticket (id, subject, requester_id, channel, last_message_at, created_at)"
        " select gen_random_uuid(), 'n', requester_id, 'import', last_message_at, created_at"
        " from ticket, generate_series(1, $1::int) where id = $2",
        PAGE + 4,
        ticket.id,
    )
    first = await list_queue(agent, "open")
    rest = await list_queue(agent, "open", past=(first[-1].last_message_at, first[-1].id))
    assert (len(first), len(rest)) == (PAGE, 5)
    assert len({line.id for line in first + rest}) == PAGE + 5
    mine = await list_my_tickets(ines)
    older = await list_my_tickets(ines, before=(mine[-1].created_at, mine[-1].id))
    assert len({line.id for line in mine + older}) == PAGE + 5


async def test_nobody_sees_anothers_tickets_among_their_own(db: str) -> None:
    ines, agent = await make_person(), await make_person(Role.AGENT)
    await make_ticket(ines)
    assert len(await list_my_tickets(ines)) == 1
    assert await list_my_tickets(agent) == []
    assert await list_my_tickets(await make_person()) == []


async def test_a_ticket_is_read_in_two_statements_however_long_it_is(db: str) -> None:
    agent = await make_person(Role.AGENT)
    ticket = await make_ticket()
    for n in range(4):
        await reply_to_ticket(agent, ticket.id, f"Reply {n}")
    with statements_run() as statements:
        await get_ticket(agent, ticket.number)
    assert len(statements) == 2
