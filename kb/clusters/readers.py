"""Questions carry a copy of their space's visibility, for indexes; it follows the space."""

from uuid import UUID

from kb.core.actor import SYSTEM
from kb.core.database import fetch_all
from kb.core.unit_of_work import unit_of_work

BATCH = 500


async def follow_readers(space_id: UUID | None = None) -> int:
    """Bring copies up to their spaces, of one or of all, in batches; returns how many were behind."""
    followed = 0
    while True:
        async with unit_of_work(SYSTEM):
            rows = await fetch_all(
                "update question q set visibility = s.visibility from topic t join space s on s.id = t.space_id"
                " where t.id = q.parent_id and q.id in ("
                "   select b.id from space o join topic u on u.space_id = o.id"
                "   join question b on b.source_kind = 'topic' and b.parent_id = u.id"
                "   where ($1::uuid is null or o.id = $1) and b.visibility <> o.visibility order by b.id limit $2)"
                " returning q.id",
                space_id,
                BATCH,
            )
        followed += len(rows)
        if len(rows) < BATCH:
            return followed
