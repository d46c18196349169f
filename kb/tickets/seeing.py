"""What whoever asked has seen of their tickets, and which replies wait for them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import fetch_all, fetch_value
from kb.core.errors import NotFound
from kb.core.ids import possible_number
from kb.core.permissions import Permission
from kb.core.unit_of_work import unit_of_work
from kb.tickets.access import MISSING

LISTED = 30

UNREAD = """exists (select 1 from ticket_message m where m.ticket_id = t.id and m.kind = 'agent' and m.position > coalesce(
    (select s.position from ticket_seen s where s.ticket_id = t.id), 0)
    and not exists (select 1 from ticket_message own where own.ticket_id = t.id and own.kind = 'customer' and own.position > m.position))"""
"""SQL: whether ticket `t` holds an agent's reply that its requester has not seen. Who writes again has read what stood there."""


@dataclass(frozen=True, slots=True)
class OwnTicket:
    """A ticket of one's own in a list."""

    id: UUID
    number: int
    subject: str
    state: str
    is_unread: bool
    last_message_at: datetime


async def list_own_tickets(actor: Actor) -> list[OwnTicket]:
    """One's newest tickets, those with a reply that waits first."""
    actor.require(Permission.TICKET_READ)
    rows = await fetch_all(
        f"select t.id, t.number, t.subject, t.state, t.last_message_at, {UNREAD} as is_unread from ticket t"
        " where t.requester_id = $1 and t.merged_into is null order by is_unread desc, t.last_message_at desc, t.id desc limit $2",
        actor.person_id,
        LISTED,
    )
    return [OwnTicket(**row) for row in rows]


async def count_unread_tickets(actor: Actor) -> int:
    """How many of one's tickets hold a reply not yet seen."""
    actor.require(Permission.TICKET_READ)
    return int(
        await fetch_value(
            f"select count(*) from ticket t where t.requester_id = $1 and t.merged_into is null and {UNREAD}",
            actor.person_id,
        )
    )


async def mark_ticket_seen(actor: Actor, number: int) -> None:
    """Everything written in it so far was before its requester's eyes. Raises `NotFound` for another's ticket."""
    actor.require(Permission.TICKET_READ)
    async with unit_of_work(actor) as unit:
        ticket_id = await fetch_value(
            "insert into ticket_seen as s (ticket_id, position, seen_at)"
            " select t.id, max(m.position), $3 from ticket t join ticket_message m on m.ticket_id = t.id"
            " where t.number = $1 and t.requester_id = $2 group by t.id"
            " on conflict (ticket_id) do update set position = greatest(s.position, excluded.position), seen_at = excluded.seen_at"
            " returning ticket_id",
            possible_number(number),
            actor.person_id,
            unit.now,
        )
        if ticket_id is None:
            raise NotFound(MISSING)
