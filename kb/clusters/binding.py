"""What people said binds the online step too, when a question whose text has changed is considered afresh."""

from dataclasses import dataclass
from uuid import UUID

from kb.core.database import fetch_all, fetch_one


@dataclass(frozen=True, slots=True)
class Binding:
    """`is_held`: people decided its place, `place` (None: alone). Else it may not join the clusters or questions of `forbidden`."""

    is_held: bool
    place: UUID | None
    forbidden: frozenset[UUID]


async def find_binding(question_id: UUID) -> Binding:
    """What was said of this question and is in force."""
    held = await fetch_one(_HELD, question_id)
    if held is not None:
        return Binding(True, held["cluster_id"], frozenset())
    rows = await fetch_all(_APART, question_id)
    return Binding(False, None, frozenset(one for row in rows for one in (row["id"], row["cluster_id"]) if one))


_HELD = """
select cluster_id from (
    select 0 as rank, cluster_id from cluster_pin where question_id = $1
    union all
    select 1, q.cluster_id from question_bond mine join question_bond b on b.change_id = mine.change_id
        join question q on q.id = b.question_id
    where mine.question_id = $1 and mine.kind = 'same' and mine.lifted_by is null and b.kind = 'same'
        and b.lifted_by is null and b.question_id <> $1 and q.cluster_id is not null
) place order by rank limit 1
"""

_APART = """
select q.id, q.cluster_id from question_bond mine join question_bond b on b.change_id = mine.change_id
    join question q on q.id = b.question_id
where mine.question_id = $1 and mine.kind = 'apart' and mine.lifted_by is null and b.kind = 'apart'
    and b.lifted_by is null and b.side <> mine.side
"""
