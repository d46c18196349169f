"""Who may see and touch a ticket: its requester and the agents. To everybody else it does not exist."""

from dataclasses import dataclass
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import fetch_one
from kb.core.errors import NotFound
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.tickets.rules import State

MISSING = say("There is no such ticket, or it is not yours.")


@dataclass(frozen=True, slots=True)
class LockedTicket:
    """A ticket as a write finds it, its row locked until the unit of work ends."""

    id: UUID
    number: int
    requester_id: UUID
    assignee_id: UUID | None
    state: State


def may_answer(actor: Actor) -> bool:
    """Whether the actor works tickets: agents, admins and the product itself."""
    return actor.may(Permission.TICKET_ANSWER)


async def access_ticket(actor: Actor, ticket_id: UUID) -> LockedTicket:
    """Fetch and lock for a write. Raises `NotFound` to anybody but the requester and agents."""
    actor.require(Permission.TICKET_READ)
    row = await fetch_one(
        "select id, number, requester_id, assignee_id, state from ticket where id = $1 and (requester_id = $2 or $3)"
        " for update",
        ticket_id,
        actor.person_id,
        may_answer(actor),
    )
    if row is None:
        raise NotFound(MISSING)
    return LockedTicket(**row)


async def find_ticket_id(actor: Actor, number: int) -> UUID:
    """The id behind a number in an address. Raises `NotFound` as `access_ticket` does."""
    actor.require(Permission.TICKET_READ)
    row = await fetch_one(
        "select id from ticket where number = $1 and (requester_id = $2 or $3)",
        number,
        actor.person_id,
        may_answer(actor),
    )
    if row is None:
        raise NotFound(MISSING)
    ticket_id: UUID = row["id"]
    return ticket_id
