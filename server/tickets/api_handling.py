"""One ticket at the desk for programs: whom it is with, and whether it is solved."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import delete, get, put

from kb.core.actor import Actor
from kb.core.permissions import Permission
from kb.tickets import queries
from kb.tickets.access import find_ticket_id
from kb.tickets.assigning import assign_ticket
from kb.tickets.queries import Agent
from kb.tickets.solving import reopen_ticket, solve_ticket
from server.lists import CursorIn, Items, LimitIn, part_of
from server.security.guards import requires

READ = [requires(Permission.TICKET_READ)]
ANSWER = [requires(Permission.TICKET_ANSWER)]


@dataclass(frozen=True, slots=True)
class AssigneeIn:
    """The agent's id; null hands the ticket to nobody."""

    agent_id: UUID | None


@get("/api/v1/agents", guards=ANSWER)
async def api_list_agents(actor: Actor, cursor: CursorIn = "", limit: LimitIn = 50) -> Items[Agent]:
    """Everybody a ticket can be handed to, by name."""
    found = await queries.list_agents(actor)
    return part_of(found, lambda one: one, lambda one: str(one.id), cursor=cursor, limit=limit)


@put("/api/v1/tickets/{number:int}/assignee", guards=ANSWER, status_code=204)
async def api_assign_ticket(actor: Actor, number: int, data: AssigneeIn) -> None:
    """Hand it to an agent, or to nobody."""
    await assign_ticket(actor, await find_ticket_id(actor, number), data.agent_id)


@put("/api/v1/tickets/{number:int}/solution", guards=READ, status_code=204)
async def api_solve_ticket(actor: Actor, number: int) -> None:
    """It is solved: for its requester and for agents. 409 where it was already."""
    await solve_ticket(actor, await find_ticket_id(actor, number))


@delete("/api/v1/tickets/{number:int}/solution", guards=READ)
async def api_reopen_ticket(actor: Actor, number: int) -> None:
    """It is not solved after all. 409 where it is open."""
    await reopen_ticket(actor, await find_ticket_id(actor, number))


ROUTES: list[Any] = [
    api_list_agents,
    api_assign_ticket,
    api_solve_ticket,
    api_reopen_ticket,
]
