"""Files of imported messages: noted with their messages, fetched one by one afterwards."""

from collections.abc import Sequence
from uuid import UUID

from kb.core.database import execute
from kb.core.ids import new_id
from kb.core.unit_of_work import UnitOfWork
from kb.imports.desks.conversations import Attached


async def note_attachments(unit: UnitOfWork, source: str, files: Sequence[tuple[UUID, Attached]]) -> None:
    """Inside the transaction that stores their messages."""
    if files:
        await execute(
            "insert into import_attachment (id, source, message_id, name, place, next_attempt_at)"
            " select u.id, $1, u.message_id, u.name, u.place, $2 from unnest($3::uuid[], $4::uuid[], $5::text[], $6::text[])"
            "   as u (id, message_id, name, place) on conflict do nothing",
            source,
            unit.now,
            [new_id() for _ in files],
            [message_id for message_id, _ in files],
            [file.name[:200] for _, file in files],
            [file.place for _, file in files],
        )
