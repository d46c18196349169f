"""What happens to an issue, line by line."""

from uuid import UUID

from kb.core.database import execute
from kb.core.ids import new_id
from kb.core.unit_of_work import UnitOfWork


async def note_issue_event(unit: UnitOfWork, issue_id: UUID, kind: str, *, reason: str) -> None:
    """One line of the issue's history, inside the unit that makes it true."""
    await execute(
        "insert into issue_event (id, issue_id, kind, reason, actor_name, created_at) values ($1, $2, $3, $4, $5, $6)",
        new_id(),
        issue_id,
        kind,
        reason,
        unit.actor.name,
        unit.now,
    )
