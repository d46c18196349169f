"""Solving, assigning, and the tickets of one's own."""

from datetime import UTC, datetime

import pytest

from kb.core.database import execute, fetch_value
from kb.core.errors import Conflict, Invalid, NotAllowed
from kb.core.policy import Role
from kb.tickets.answering import reply_to_ticket
from kb.tickets.assigning import assign_ticket
from kb.tickets.queries import PAGE, get_ticket, list_agents, list_my_tickets
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


async def test_many_tickets_of_ones_own_come_in_pages_that_miss_nothing(db: str) -> None:
    ines = await make_person()
    ticket = await make_ticket(ines)
    await execute(
        "insert into ticket (id, subject, requester_id, channel, last_message_at, created_at)"
        " select gen_random_uuid(), 'n', requester_id, 'import', last_message_at, created_at"
        " from ticket, generate_series(1, $1::int) where id = $2",
        PAGE + 4,
        ticket.id,
    )
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
