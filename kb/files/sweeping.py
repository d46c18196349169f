"""Files that nothing uses are forgotten, row and content."""

from uuid import UUID

from kb.core.actor import SYSTEM
from kb.core.clock import now
from kb.core.database import execute, fetch_all
from kb.core.unit_of_work import unit_of_work
from kb.files.rules import KEPT_UNUSED, key_of
from kb.ports.file_store import FileStore

BATCH = 200

_UNUSED = (
    "update file f set gone_at = $1 where f.id in (select g.id from file g where g.created_at < $2 and g.gone_at is null"
    " and not exists (select 1 from file_use u where u.file_id = g.id)"
    " and not exists (select 1 from draft d where d.person_id = g.uploader_id"
    "   and (d.body || coalesce(d.other_body, '')) like '%' || g.id || '%')"
    " order by g.created_at limit $3 for update skip locked)"
)
"""A draft that names it is a text still being written."""


async def sweep_unused_files(store: FileStore) -> int:
    """Returns how many were forgotten. Marked first, so that no text takes up what is about to go; a run that is killed
    between store and table is finished by the next."""
    async with unit_of_work(SYSTEM) as unit:
        await execute(_UNUSED, unit.now, now() - KEPT_UNUSED, BATCH)
    rows = await fetch_all("select id, widths from file where gone_at is not null order by gone_at limit $1", BATCH)
    for row in rows:
        await _forget(row["id"], row["widths"], store)
    return len(rows)


async def _forget(file_id: UUID, widths: list[int], store: FileStore) -> None:
    for key in [key_of(file_id, width) for width in widths] or [key_of(file_id)]:
        await store.delete(key)
    async with unit_of_work(SYSTEM) as unit:
        await execute("delete from file where id = $1", file_id)
        unit.audit("file.forget", "file", file_id)
