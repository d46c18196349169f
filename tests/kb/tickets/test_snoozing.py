"""Snoozed tickets are out of sight until their time comes or their customer writes."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from jobs.handlers.desk import wake_tickets
from jobs.tools import Tools
from kb.core.actor import Actor
from kb.core.clock import clock_held_at
from kb.core.database import fetch_all, fetch_value
from kb.core.errors import Conflict, Invalid, NotAllowed
from kb.core.policy import Role
from kb.desk.grammar import parse_filter
from kb.desk.views import list_tickets
from kb.tickets.answering import reply_to_ticket
from kb.tickets.snoozing import snooze_ticket, wake_due_tickets, wake_ticket
from kb.tickets.solving import reopen_ticket, solve_ticket
from tests.support.factories import make_person
from tests.support.tickets_factories import make_ticket

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


async def _awake(actor: Actor) -> list[str]:
    return [line.subject for line in (await list_tickets(actor, parse_filter("-is:snoozed sort:oldest"))).lines]


async def test_a_snoozed_ticket_comes_back_at_its_time_and_it_is_our_turn(db: str, tools: Tools) -> None:
    agent, ines = await make_person(Role.AGENT), await make_person()
    with clock_held_at(NOON):
        tickets = {
            name: await make_ticket(ines, subject=name) for name in ("soon", "later", "until they write", "never")
        }
        await reply_to_ticket(agent, tickets["soon"].id, "We will look on it in an hour.")
        for name, until in (("soon", NOON + HOUR), ("later", NOON + 2 * HOUR), ("until they write", None)):
            await snooze_ticket(agent, tickets[name].id, until)
        assert await _awake(agent) == ["never"]
        assert await wake_due_tickets() == 0
    with clock_held_at(NOON + HOUR):
        await wake_tickets(tools)
        assert await wake_due_tickets() == 0
        assert await _awake(agent) == ["soon", "never"]
        row = (await fetch_all("select state, waiting_since from ticket where id = $1", tickets["soon"].id))[0]
        assert tuple(row) == ("open", NOON + HOUR)
        await reply_to_ticket(agent, tickets["until they write"].id, "And?")
        await reply_to_ticket(agent, tickets["until they write"].id, "Nobody there.", "note")
        assert await _awake(agent) == ["soon", "never"]
        await reply_to_ticket(ines, tickets["until they write"].id, "Here I am.", "customer")
        await reply_to_ticket(ines, tickets["later"].id, "Any news?", "customer")
        assert await _awake(agent) == ["soon", "later", "until they write", "never"]
    assert await fetch_value("select count(*) from audit_line where action = 'ticket.wake'") == 1


async def test_solving_ends_a_snooze_and_what_makes_no_sense_is_refused(
    db: str, deliver_all: Callable[[], Awaitable[int]]
) -> None:
    agent, ines = await make_person(Role.AGENT), await make_person()
    ticket = await make_ticket(ines)
    with clock_held_at(NOON):
        for wrong in (NOON, NOON - HOUR, NOON + timedelta(days=400)):
            with pytest.raises(Invalid) as refusal:
                await snooze_ticket(agent, ticket.id, wrong)
            assert set(refusal.value.fields) == {"until"}
        with pytest.raises(NotAllowed):
            await snooze_ticket(ines, ticket.id, None)
        await snooze_ticket(agent, ticket.id, None)
        await wake_ticket(agent, ticket.id)
        await wake_ticket(agent, ticket.id)
        await snooze_ticket(agent, ticket.id, NOON + HOUR)
        await solve_ticket(agent, ticket.id)
        with pytest.raises(Conflict):
            await snooze_ticket(agent, ticket.id, None)
        await reopen_ticket(ines, ticket.id)
        assert await _awake(agent) == ["Invoices are sent twice"]
