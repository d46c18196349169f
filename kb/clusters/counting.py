"""A cluster's counts and times, computed from its questions inside the caller's unit of work."""

from collections.abc import Collection
from uuid import UUID

from kb.core.database import execute


async def recount_clusters(cluster_ids: Collection[UUID]) -> None:
    """Bring the counts of these clusters up to date. Locks them in one order, so that two jobs cannot wait for each other."""
    if not cluster_ids:
        return
    wanted = sorted(cluster_ids)
    await execute("select id from cluster where id = any($1::uuid[]) order by id for update", wanted)
    await execute(
        "update cluster c set question_count = n.questions, person_count = n.people, first_asked_at = n.first_at,"
        "   last_asked_at = n.last_at"
        " from (select k.id, count(q.id) as questions, count(distinct q.person_id) as people, min(q.asked_at) as first_at,"
        "     max(q.asked_at) as last_at"
        "   from unnest($1::uuid[]) as k (id) left join question q on q.cluster_id = k.id group by k.id) n"
        " where c.id = n.id",
        wanted,
    )
