"""Which replies wait for whoever asked."""

import pytest

from kb.core.database import fetch_value
from kb.core.errors import NotFound
from kb.core.policy import Role
from kb.tickets.answering import reply_to_ticket
from kb.tickets.seeing import count_unread_tickets, list_own_tickets, mark_ticket_seen
from tests.support.factories import make_person
from tests.support.tickets_factories import make_ticket


async def test_a_reply_waits_until_it_was_seen_and_a_later_one_waits_again(db: str) -> None:
    ines, agent = await make_person(), await make_person(Role.AGENT)
    quiet, ticket = await make_ticket(ines, subject="Quiet"), await make_ticket(ines)
    assert await count_unread_tickets(ines) == 0

    await reply_to_ticket(agent, ticket.id, "Which invoice?")
    assert await count_unread_tickets(ines) == 1
    assert [(one.number, one.is_unread) for one in await list_own_tickets(ines)] == [
        (ticket.number, True),
        (quiet.number, False),
    ]
    await mark_ticket_seen(ines, ticket.number)
    await mark_ticket_seen(ines, ticket.number)
    assert await count_unread_tickets(ines) == 0

    await reply_to_ticket(agent, ticket.id, "Found it.")
    assert await count_unread_tickets(ines) == 1


async def test_who_writes_again_has_read_what_stood_there_and_a_note_is_no_reply(db: str) -> None:
    ines, agent = await make_person(), await make_person(Role.AGENT)
    ticket = await make_ticket(ines)
    await reply_to_ticket(agent, ticket.id, "A note among us.", "note")
    assert await count_unread_tickets(ines) == 0

    await reply_to_ticket(agent, ticket.id, "Which invoice?")
    await reply_to_ticket(ines, ticket.id, "Number 7.", "customer")
    assert await count_unread_tickets(ines) == 0


async def test_only_its_requester_has_seen_a_ticket(db: str) -> None:
    ines, agent = await make_person(), await make_person(Role.AGENT)
    ticket = await make_ticket(ines)
    for who in (agent, await make_person()):
        with pytest.raises(NotFound):
            await mark_ticket_seen(who, ticket.number)
        assert await list_own_tickets(who) == []

    assert await fetch_value("select count(*) from ticket_seen") == 0
