"""Files that come with what is imported: judged and re-made as uploads are, their writer's own, outside anybody's limits of a day."""

import asyncio
from uuid import UUID

from kb.core.actor import SYSTEM
from kb.core.unit_of_work import unit_of_work
from kb.files.rules import check_size
from kb.files.uploading import NewFile, UploadedFile, insert_file, make_ready, put_contents
from kb.ports.file_store import FileStore


async def bring_file(owner_id: UUID, new: NewFile, *, store: FileStore, allowed: frozenset[str]) -> UploadedFile:
    """Keep a file as `owner_id`'s. Raises `Invalid` and `TooLarge` with the field `file`, `Unavailable` when the store is down."""
    check_size(new.content)
    ready = await asyncio.to_thread(make_ready, new, allowed)
    async with unit_of_work(SYSTEM) as unit:
        file_id = await insert_file(unit, owner_id, ready)
        unit.audit("file.bring", "file", file_id, name=ready.name, owner=owner_id)
    return await put_contents(file_id, new, ready, store=store)
