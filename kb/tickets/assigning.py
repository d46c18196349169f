"""Who of the agents takes care of a ticket."""

from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute, fetch_value
from kb.core.errors import Invalid
from kb.core.permissions import Permission
from kb.core.policy import ROLE_PERMISSIONS
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work
from kb.tickets.access import access_ticket

ANSWERING_ROLES = [role.value for role, held in ROLE_PERMISSIONS.items() if Permission.TICKET_ANSWER in held]


async def assign_ticket(actor: Actor, ticket_id: UUID, assignee_id: UUID | None) -> None:
    """Hand the ticket to an agent, or to nobody. Raises `Invalid` for a person who could not answer it."""
    actor.require(Permission.TICKET_ANSWER)
    async with unit_of_work(actor) as unit:
        ticket = await access_ticket(actor, ticket_id)
        if assignee_id is not None and not await _may_take_tickets(assignee_id):
            raise Invalid(say("This person does not answer tickets."), {"assignee_id": say("choose an agent")})
        await execute("update ticket set assignee_id = $2 where id = $1", ticket.id, assignee_id)
        unit.audit("ticket.assign", "ticket", ticket.id, before=ticket.assignee_id, after=assignee_id)


async def _may_take_tickets(person_id: UUID) -> bool:
    found = await fetch_value(
        "select 1 from person where id = $1 and role = any($2) and suspended_at is null", person_id, ANSWERING_ROLES
    )
    return found is not None
