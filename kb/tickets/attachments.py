"""Files in tickets: a requester reads those of their own tickets but not of notes, agents read all."""

from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import fetch_value
from kb.tickets.access import may_answer


async def reads_file_in_ticket(actor: Actor, file_id: UUID) -> bool:
    """Whether the actor may read a message that holds the file."""
    if not actor.is_signed_in:
        return False
    found: bool = await fetch_value(
        "select exists (select 1 from file_use u join ticket_message m on m.id = u.subject_id join ticket t on t.id = m.ticket_id"
        " where u.file_id = $1 and u.kind = 'ticket_message'"
        " and ((t.requester_id = $2 and m.kind <> 'note') or (t.requester_id <> $2 and $3)))",
        file_id,
        actor.person_id,
        may_answer(actor),
    )
    return found
