"""Calling a ticket solved, and taking that back. The requester may do both as well as an agent."""

from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute
from kb.core.errors import Conflict
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work
from kb.tickets.access import access_ticket
from kb.tickets.messages import TicketReopened, TicketSolved


async def solve_ticket(actor: Actor, ticket_id: UUID) -> None:
    """It is solved. Raises `Conflict` when it was already."""
    async with unit_of_work(actor) as unit:
        ticket = await access_ticket(actor, ticket_id)
        if ticket.state == "solved":
            raise Conflict(say("This ticket is solved already."))
        await execute(
            "update ticket set state = 'solved', solved_at = $2, waiting_since = $2 where id = $1", ticket.id, unit.now
        )
        unit.emit(TicketSolved(ticket.id))
        unit.audit("ticket.solve", "ticket", ticket.id)


async def reopen_ticket(actor: Actor, ticket_id: UUID) -> None:
    """It is not solved after all. Raises `Conflict` when it is open."""
    async with unit_of_work(actor) as unit:
        ticket = await access_ticket(actor, ticket_id)
        if ticket.state != "solved":
            raise Conflict(say("This ticket is open already."))
        await execute(
            "update ticket set state = 'open', solved_at = null, waiting_since = $2 where id = $1", ticket.id, unit.now
        )
        unit.emit(TicketReopened(ticket.id))
        unit.audit("ticket.reopen", "ticket", ticket.id)
