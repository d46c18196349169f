"""How urgent a ticket is, as agents judge it. Its requester neither sees nor sets it."""

from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute
from kb.core.permissions import Permission
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.tickets.access import LockedTicket, access_ticket
from kb.tickets.messages import TicketPrioritised
from kb.tickets.rules import Priority, read_priority


async def prioritise_ticket(actor: Actor, ticket_id: UUID, priority: str) -> None:
    """Raises `Invalid` naming `priority` for a word that is none."""
    actor.require(Permission.TICKET_ANSWER)
    chosen = read_priority(priority)
    async with unit_of_work(actor) as unit:
        await prioritise_in(unit, await access_ticket(actor, ticket_id), chosen)


async def prioritise_in(unit: UnitOfWork, ticket: LockedTicket, priority: Priority) -> bool:
    """Part of a write. Whether it was another."""
    if ticket.priority == priority:
        return False
    await execute("update ticket set priority = $2 where id = $1", ticket.id, priority)
    unit.emit(TicketPrioritised(ticket.id))
    unit.audit("ticket.prioritise", "ticket", ticket.id, before=ticket.priority, after=priority)
    return True
