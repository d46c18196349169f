"""A message that reaches a ticket by another way than its page: by mail, from its requester or from somebody they brought along.

Whoever calls this has decided that the message belongs here; nothing of the ticket is told to its writer.
"""

from dataclasses import dataclass
from uuid import UUID

from kb.core.database import execute
from kb.core.unit_of_work import UnitOfWork
from kb.text.markdown import RenderedText
from kb.tickets.access import lock_ticket
from kb.tickets.answering import Written, write_in
from kb.tickets.rules import Kind


@dataclass(frozen=True, slots=True)
class Heard:
    """What came. A `note` is read by agents alone and moves nothing: what a machine answered, say."""

    author_id: UUID
    body: str
    rendered: RenderedText
    kind: Kind = "customer"


async def note_mail(ticket_id: UUID) -> None:
    """Part of another write: something of the ticket comes or goes by mail."""
    await execute("update ticket set has_mail = true where id = $1 and not has_mail", ticket_id)


async def hear_message(unit: UnitOfWork, ticket_id: UUID, heard: Heard) -> UUID:
    """Part of another write: add it and return its id; a customer's opens a solved ticket again. Raises `NotFound`."""
    ticket = await lock_ticket(ticket_id)
    return await write_in(unit, ticket, Written(heard.author_id, heard.body, heard.rendered, heard.kind))
