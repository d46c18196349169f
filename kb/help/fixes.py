"""Pain that a newer version of the product no longer has: "fixed in 3.2, update" spares everybody the workaround."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from kb.core.clock import now
from kb.core.database import fetch_all


@dataclass(frozen=True, slots=True)
class Fix:
    """The release that carries a cluster's fix; `is_theirs` says that the person has it already."""

    version: str
    is_theirs: bool


_FIXES = """
with issue_of as (
    select distinct on (h.id) h.id as cluster_id, i.state, i.closed_at
    from unnest($1::uuid[]) h(id) join cluster c on c.id = h.id or c.merged_into = h.id join issue i on i.cluster_id = c.id
    order by h.id, i.created_at desc
)
select i.cluster_id, fixed.version, mine.released_at >= fixed.released_at as is_theirs
from issue_of i join release mine on mine.version = $2
join lateral (select version, released_at from release where released_at >= i.closed_at and released_at <= $3
    order by released_at, version limit 1) fixed on true
where i.state = 'shipped'
"""


async def list_fixes(cluster_ids: Sequence[UUID], release: str | None) -> Mapping[UUID, Fix]:
    """By cluster, for whoever runs this release; empty for a release nobody recorded.

    Only the newest issue of a cluster counts, and only while it is shipped: pain that was filed again is not fixed. The fix is in the first
    release that came out when the issue was closed or later.
    """
    if not release or not cluster_ids:
        return {}
    rows = await fetch_all(_FIXES, list(cluster_ids), release, now())
    return {row["cluster_id"]: Fix(row["version"], row["is_theirs"]) for row in rows}
