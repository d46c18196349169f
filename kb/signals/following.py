"""Episodes follow their clusters and questions: merged, taken apart again, or put elsewhere."""

from collections.abc import Sequence

from kb.core.actor import SYSTEM
from kb.core.database import execute, fetch_all
from kb.core.unit_of_work import unit_of_work
from kb.signals.episodes import OF_THEM, Sufferer, lock_sufferers, split, unite_episodes

SUFFERERS_AT_ONCE = 50
"""In one unit of work: each holds an advisory lock, of which a server has some six thousand for everybody."""

_MERGED = "cluster c where c.id = e.cluster_id and c.merged_into is not null"
_APART = "cluster c where c.id = e.merged_from and c.merged_into is null"
_ELSEWHERE = (
    "question q where e.state = 'clustered' and e.friction_point_id is null and q.person_id = e.person_id"
    " and q.asked_at = e.reported_at and q.cluster_id is distinct from e.cluster_id and q.cluster_id is not null"
    " and not exists (select from question o where o.person_id = e.person_id and o.cluster_id = e.cluster_id"
    " and o.asked_at between e.started_at and e.last_pain_at)"
)
"""Episodes `e` that rest on one question alone, which a refresh or a person put into another cluster."""

_MOVES = (
    ("cluster_id = c.merged_into, merged_from = c.id", _MERGED),
    ("cluster_id = c.id, merged_from = null", _APART),
    ("cluster_id = q.cluster_id", _ELSEWHERE),
)


async def follow_episodes() -> None:
    """Move every episode that stands elsewhere than its cluster or question, and make one of those that turn out to be the same."""
    rows = await fetch_all(
        " union ".join(f"select e.person_id, e.distinct_id from episode e, {which}" for _, which in _MOVES)
    )
    sufferers = {Sufferer(row["person_id"], None if row["person_id"] else row["distinct_id"]) for row in rows}
    in_order = sorted(sufferers, key=lambda one: one.key)
    for start in range(0, len(in_order), SUFFERERS_AT_ONCE):
        await _follow(in_order[start : start + SUFFERERS_AT_ONCE])


async def _follow(some: Sequence[Sufferer]) -> None:
    of_them = OF_THEM.format(people="$1", visitors="$2")
    async with unit_of_work(SYSTEM):
        await lock_sufferers(some)
        for change, which in _MOVES:
            await execute(f"update episode e set {change} from {which} and {of_them}", *split(some))
        for who in some:
            await unite_episodes(who)
