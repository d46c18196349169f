"""Calling a ticket solved, and taking that back. The requester may do both as well as an agent."""

from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute
from kb.core.errors import Conflict
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.tickets.access import LockedTicket, access_ticket
from kb.tickets.messages import TicketReopened, TicketSolved


async def solve_ticket(actor: Actor, ticket_id: UUID) -> None:
    """It is solved. Raises `Conflict` when it was already."""
    async with unit_of_work(actor) as unit:
        if not await solve_in(unit, await access_ticket(actor, ticket_id)):
            raise Conflict(say("This ticket is solved already."))


async def solve_in(unit: UnitOfWork, ticket: LockedTicket) -> bool:
    """Part of a write. Whether it was not solved yet; what was snoozed is out of sight anyhow."""
    if ticket.state == "solved":
        return False
    await execute(
        "update ticket set state = 'solved', solved_at = $2, waiting_since = $2, snoozed_at = null, snoozed_until = null"
        " where id = $1",
        ticket.id,
        unit.now,
    )
    unit.emit(TicketSolved(ticket.id))
    unit.audit("ticket.solve", "ticket", ticket.id)
    return True


async def reopen_ticket(actor: Actor, ticket_id: UUID) -> None:
    """It is not solved after all. Raises `Conflict` when it is open."""
    async with unit_of_work(actor) as unit:
        if not await reopen_in(unit, await access_ticket(actor, ticket_id)):
            raise Conflict(say("This ticket is open already."))


async def reopen_in(unit: UnitOfWork, ticket: LockedTicket) -> bool:
    """Part of a write. Whether it was solved."""
    if ticket.state != "solved":
        return False
    await execute(
        "update ticket set state = 'open', solved_at = null, waiting_since = $2 where id = $1", ticket.id, unit.now
    )
    unit.emit(TicketReopened(ticket.id))
    unit.audit("ticket.reopen", "ticket", ticket.id)
    return True
