"""Writing in a ticket, and how its state moves."""

import asyncio
from datetime import UTC, datetime

import pytest

from kb.core.clock import clock_held_at
from kb.core.database import fetch_all, fetch_one
from kb.core.errors import Invalid, KbError, NotAllowed, NotFound
from kb.core.ids import new_id
from kb.core.policy import Role
from kb.text.markdown import MAX_SOURCE
from kb.tickets.acting import SOLVED
from kb.tickets.answering import reply_to_ticket
from kb.tickets.queries import get_ticket, list_my_tickets
from kb.tickets.solving import solve_ticket
from tests.support.factories import make_person
from tests.support.tickets_factories import make_ticket

LATER = datetime(2030, 1, 1, tzinfo=UTC)


async def announced() -> list[str]:
    rows = await fetch_all("select name from outbox_message order by id")
    return [row["name"] for row in rows]


async def test_an_agents_reply_takes_the_ticket_and_waits_for_the_customer(db: str) -> None:
    ines, agent = await make_person(), await make_person(Role.AGENT)
    ticket = await make_ticket(ines)
    await reply_to_ticket(agent, ticket.id, "Switch off *resend*.")
    seen = await get_ticket(ines, ticket.number)
    assert (seen.state, seen.assignee_id) == ("pending", agent.person_id)
    assert [(m.kind, m.author) for m in seen.messages] == [("customer", ines.name), ("agent", agent.name)]
    assert await announced() == ["TicketOpened", "AgentReplied"]


async def test_a_second_agent_does_not_take_it_away(db: str) -> None:
    first, second = await make_person(Role.AGENT), await make_person(Role.AGENT)
    ticket = await make_ticket()
    await reply_to_ticket(first, ticket.id, "One.")
    await reply_to_ticket(second, ticket.id, "Two.")
    assert (await get_ticket(first, ticket.number)).assignee_id == first.person_id


async def test_a_reply_that_solves_says_both(db: str) -> None:
    agent = await make_person(Role.AGENT)
    ticket = await make_ticket()
    await reply_to_ticket(agent, ticket.id, "Fixed in the settings.", acts=SOLVED)
    seen = await get_ticket(agent, ticket.number)
    assert seen.state == "solved"
    assert seen.solved_at is not None
    assert await announced() == ["TicketOpened", "AgentReplied", "TicketSolved"]


async def test_a_customer_who_writes_again_opens_a_solved_ticket(db: str) -> None:
    ines, agent = await make_person(), await make_person(Role.AGENT)
    ticket = await make_ticket(ines)
    await reply_to_ticket(agent, ticket.id, "Done.", acts=SOLVED)
    await reply_to_ticket(ines, ticket.id, "It still happens.", "customer")
    seen = await get_ticket(ines, ticket.number)
    assert (seen.state, seen.solved_at) == ("open", None)
    assert (await announced())[-2:] == ["CustomerWrote", "TicketReopened"]


async def test_a_note_moves_nothing_the_customer_could_see_and_is_announced_apart(db: str) -> None:
    ines, agent = await make_person(), await make_person(Role.AGENT)
    ticket = await make_ticket(ines)
    before = (await list_my_tickets(ines))[0]
    with clock_held_at(LATER):
        await reply_to_ticket(agent, ticket.id, "Tenth one this week.", "note")
    assert (await list_my_tickets(ines))[0] == before
    assert [m.kind for m in (await get_ticket(ines, ticket.number)).messages] == ["customer"]
    assert [m.kind for m in (await get_ticket(agent, ticket.number)).messages] == ["customer", "note"]
    assert await announced() == ["TicketOpened", "NoteWritten"]


async def test_an_agent_who_asked_does_not_see_the_notes_about_themselves(db: str) -> None:
    asker, agent = await make_person(Role.AGENT), await make_person(Role.AGENT)
    ticket = await make_ticket(asker)
    await reply_to_ticket(agent, ticket.id, "Asks this every month.", "note")
    assert [m.kind for m in (await get_ticket(asker, ticket.number)).messages] == ["customer"]


async def test_a_ticket_does_not_exist_for_anybody_but_its_requester_and_agents(db: str) -> None:
    ticket = await make_ticket()
    for role in (Role.MEMBER, Role.PRODUCT_MANAGER, Role.MODERATOR):
        other = await make_person(role)
        for act in (
            get_ticket(other, ticket.number),
            solve_ticket(other, ticket.id),
            reply_to_ticket(other, ticket.id, "Hello?", "customer"),
        ):
            with pytest.raises(NotFound):
                await act
        for kind in ("agent", "note"):
            with pytest.raises(KbError):
                await reply_to_ticket(other, ticket.id, "Hello?", kind)  # type: ignore[arg-type]
    for role in (Role.AGENT, Role.ADMIN):
        assert (await get_ticket(await make_person(role), ticket.number)).id == ticket.id


async def test_an_agent_does_not_write_as_the_customer_nor_the_customer_as_an_agent(db: str) -> None:
    ines, agent = await make_person(), await make_person(Role.AGENT)
    ticket = await make_ticket(ines)
    with pytest.raises(NotAllowed):
        await reply_to_ticket(agent, ticket.id, "It works now, thanks!", "customer")
    with pytest.raises(NotAllowed):
        await reply_to_ticket(ines, ticket.id, "Official answer.", "agent")


@pytest.mark.parametrize("body", ["", " \n", "x" * (MAX_SOURCE + 1)])
async def test_an_empty_or_endless_message_is_refused(db: str, body: str) -> None:
    agent = await make_person(Role.AGENT)
    ticket = await make_ticket()
    with pytest.raises(Invalid) as refused:
        await reply_to_ticket(agent, ticket.id, body)
    assert "body" in refused.value.fields


async def test_a_reply_to_nothing_is_refused(db: str) -> None:
    with pytest.raises(NotFound):
        await reply_to_ticket(await make_person(Role.AGENT), new_id(), "Hello?")


async def test_messages_written_at_the_same_moment_stand_in_one_order(db: str) -> None:
    agent = await make_person(Role.AGENT)
    ticket = await make_ticket()
    await asyncio.gather(*(reply_to_ticket(agent, ticket.id, f"Reply {n}") for n in range(5)))
    rows = await fetch_all("select position from ticket_message where ticket_id = $1 order by position", ticket.id)
    count = await fetch_one("select message_count from ticket where id = $1", ticket.id)
    assert [row["position"] for row in rows] == [1, 2, 3, 4, 5, 6]
    assert count is not None
    assert count["message_count"] == 6
