"""Which texts hold which files, kept in step with the text by the very unit of work that stores it."""

from typing import Literal
from uuid import UUID

from kb.core.database import execute
from kb.text.pictures import find_used_files

UsedBy = Literal["post", "ticket_message", "article", "person"]


async def note_files(kind: UsedBy, subject_id: UUID, source: str, *, by: UUID | None) -> None:
    """Call it in the unit of work that stores a new text. A text without files costs no statement.

    Only files `by` has uploaded count: naming somebody else's would show it to whoever reads this text.
    """
    if used := find_used_files(source):
        await execute(
            "insert into file_use (file_id, kind, subject_id) select id, $1, $2 from file"
            " where id = any($3::uuid[]) and uploader_id = $4 and gone_at is null on conflict do nothing",
            kind,
            subject_id,
            sorted(used),
            by,
        )


async def renew_files(kind: UsedBy, subject_id: UUID, source: str, *, by: UUID | None) -> None:
    """The same for a text that changed: files it no longer holds are let go; those it held already stay, whoever edits."""
    await execute(
        "delete from file_use where kind = $1 and subject_id = $2 and not file_id = any($3::uuid[])",
        kind,
        subject_id,
        sorted(find_used_files(source)),
    )
    await note_files(kind, subject_id, source, by=by)
