"""The next moment something was promised for in a ticket, for the desk's order."""

from datetime import datetime
from uuid import UUID

from kb.core.database import execute


async def set_due(ticket_id: UUID, due_at: datetime | None) -> None:
    """Part of a unit of work of the room that keeps promises (kb/sla). None: nothing runs."""
    await execute("update ticket set due_at = $2 where id = $1 and due_at is distinct from $2", ticket_id, due_at)
