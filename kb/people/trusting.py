"""Writing down how far somebody is trusted. Who earns what is decided by kb/standing, which alone calls this."""

from uuid import UUID

from kb.core.database import execute
from kb.core.trust import Trust


async def set_trust(person_id: UUID, level: Trust) -> None:
    """Part of the unit of work that decided it; in force from their next click."""
    await execute("update person set trust = $2 where id = $1", person_id, int(level))
