"""Who takes care of a ticket: one of the agents, and one of their teams."""

from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute, fetch_value
from kb.core.errors import Invalid
from kb.core.permissions import Permission
from kb.core.policy import ROLE_PERMISSIONS
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.tickets.access import LockedTicket, access_ticket
from kb.tickets.messages import TicketGivenToTeam

ANSWERING_ROLES = [role.value for role, held in ROLE_PERMISSIONS.items() if Permission.TICKET_ANSWER in held]


async def assign_ticket(actor: Actor, ticket_id: UUID, assignee_id: UUID | None) -> None:
    """Hand the ticket to an agent, or to nobody. Raises `Invalid` for a person who could not answer it."""
    actor.require(Permission.TICKET_ANSWER)
    async with unit_of_work(actor) as unit:
        await assign_in(unit, await access_ticket(actor, ticket_id), assignee_id)


async def assign_in(unit: UnitOfWork, ticket: LockedTicket, assignee_id: UUID | None) -> bool:
    """Part of a write. Whether it was another's. A person's word ends what the rules would have done."""
    if assignee_id is not None and not await _may_take_tickets(assignee_id):
        raise Invalid(say("This person does not answer tickets."), {"assignee_id": say("choose an agent")})
    await execute("update ticket set assignee_id = $2, to_route = false where id = $1", ticket.id, assignee_id)
    if ticket.assignee_id == assignee_id:
        return False
    unit.audit("ticket.assign", "ticket", ticket.id, before=ticket.assignee_id, after=assignee_id)
    return True


async def give_ticket_to_team(actor: Actor, ticket_id: UUID, team_id: UUID | None) -> None:
    """Or to none. Where nobody has taken it yet, the team's rule finds somebody. Raises `Invalid` naming `team_id`."""
    actor.require(Permission.TICKET_ANSWER)
    async with unit_of_work(actor) as unit:
        await give_in(unit, await access_ticket(actor, ticket_id), team_id)


async def give_in(unit: UnitOfWork, ticket: LockedTicket, team_id: UUID | None) -> bool:
    """Part of a write. Whether it was another's."""
    if team_id is not None and not await fetch_value("select 1 from team where id = $1", team_id):
        raise Invalid(say("There is no such team."), {"team_id": say("choose a team")})
    if ticket.team_id == team_id:
        return False
    await execute(
        "update ticket set team_id = $2, to_route = $2::uuid is not null and assignee_id is null where id = $1",
        ticket.id,
        team_id,
    )
    unit.emit(TicketGivenToTeam(ticket.id))
    unit.audit("ticket.give_to_team", "ticket", ticket.id, before=ticket.team_id, after=team_id)
    return True


async def _may_take_tickets(person_id: UUID) -> bool:
    found = await fetch_value(
        "select 1 from person where id = $1 and role = any($2) and suspended_at is null", person_id, ANSWERING_ROLES
    )
    return found is not None
