"""Who may see and touch a ticket: its requester and the agents. To everybody else it does not exist."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import fetch_one
from kb.core.errors import NotFound
from kb.core.ids import possible_number
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.tickets.rules import Priority, State

MISSING = say("There is no such ticket, or it is not yours.")


@dataclass(frozen=True, slots=True)
class LockedTicket:
    """A ticket as a write finds it, its row locked until the unit of work ends."""

    id: UUID
    number: int
    requester_id: UUID
    assignee_id: UUID | None
    state: State
    priority: Priority
    team_id: UUID | None
    snoozed_at: datetime | None
    snoozed_until: datetime | None
    waiting_since: datetime


def may_answer(actor: Actor) -> bool:
    """Whether the actor works tickets: agents, admins and the product itself."""
    return actor.may(Permission.TICKET_ANSWER)


async def access_ticket(actor: Actor, ticket_id: UUID) -> LockedTicket:
    """Fetch and lock for a write; of a merged ticket, the one it is read in. Raises `NotFound` to anybody but the
    requester and agents."""
    actor.require(Permission.TICKET_READ)
    ticket = await lock_ticket(ticket_id)
    if ticket.requester_id != actor.person_id and not may_answer(actor):
        raise NotFound(MISSING)
    return ticket


async def lock_ticket(ticket_id: UUID) -> LockedTicket:
    """The same for a caller who has decided that the write belongs here."""
    row = await fetch_one(
        "select id, number, requester_id, assignee_id, state, priority, team_id, snoozed_at, snoozed_until, waiting_since,"
        " merged_into from ticket where id = (select coalesce(merged_into, id) from ticket where id = $1) for update",
        ticket_id,
    )
    if row is None:
        raise NotFound(MISSING)
    if row["merged_into"]:  # merged while we waited for its row
        return await lock_ticket(ticket_id)
    return LockedTicket(**{name: value for name, value in row.items() if name != "merged_into"})


async def find_ticket_id(actor: Actor, number: int) -> UUID:
    """The id behind a number in an address; of a merged ticket, of the one it is read in. Raises `NotFound` as
    `access_ticket` does."""
    actor.require(Permission.TICKET_READ)
    row = await fetch_one(
        "select coalesce(merged_into, id) as id from ticket where number = $1 and (requester_id = $2 or $3)",
        possible_number(number),
        actor.person_id,
        may_answer(actor),
    )
    if row is None:
        raise NotFound(MISSING)
    ticket_id: UUID = row["id"]
    return ticket_id
