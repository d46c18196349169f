"""A message that reaches a ticket by another way than its page: by mail, from its requester or from somebody they brought along.

Whoever calls this has decided that the message belongs here; nothing of the ticket is told to its writer.
"""

from dataclasses import dataclass
from uuid import UUID

from kb.core.database import fetch_one
from kb.core.errors import NotFound
from kb.core.unit_of_work import UnitOfWork
from kb.files.using import note_files
from kb.text.markdown import RenderedText
from kb.tickets.access import MISSING, LockedTicket
from kb.tickets.answering import move_ticket, next_position, what_happened
from kb.tickets.rules import Kind
from kb.tickets.tables import TicketMessage


@dataclass(frozen=True, slots=True)
class Heard:
    """What came. A `note` is read by agents alone and moves nothing: what a machine answered, say."""

    author_id: UUID
    body: str
    rendered: RenderedText
    kind: Kind = "customer"


async def hear_message(unit: UnitOfWork, ticket_id: UUID, heard: Heard) -> UUID:
    """Part of another write: add it and return its id; a customer's opens a solved ticket again. Raises `NotFound`."""
    row = await fetch_one(
        "select id, number, requester_id, assignee_id, state from ticket where id = $1 for update", ticket_id
    )
    if row is None:
        raise NotFound(MISSING)
    ticket = LockedTicket(**row)
    message = TicketMessage(
        ticket_id=ticket.id,
        author_id=heard.author_id,
        kind=heard.kind,
        position=await next_position(ticket.id),
        body_source=heard.body,
        body_html=heard.rendered.html,
        renderer=heard.rendered.renderer_version,
        created_at=unit.now,
    )
    await TicketMessage.insert(message)
    await note_files("ticket_message", message.id, heard.body, by=heard.author_id)
    await move_ticket(ticket, heard.kind, unit.actor, unit, solves=False)
    for item in what_happened(ticket, message.id, heard.kind, solves=False):
        unit.emit(item)
    unit.audit(f"ticket.{heard.kind}", "ticket", ticket.id, message=message.id)
    message_id: UUID = message.id
    return message_id
