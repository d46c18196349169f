"""When and where the questions of a cluster were asked. Staff only; what a role may not read is not counted."""

from datetime import date
from uuid import UUID

from kb.clusters.audiences import READABLE_QUESTION, SOURCES
from kb.core.actor import Actor
from kb.core.database import fetch_all
from kb.core.permissions import Permission


async def count_by_week(actor: Actor, cluster_id: UUID, *, weeks: int = 26) -> list[tuple[date, int]]:
    """Questions a week, the oldest first; a week is the seven days up to now, named by its last day."""
    actor.require(Permission.CLUSTER_READ)
    rows = await fetch_all(
        "select (now() - make_interval(weeks => ago))::date as until, count(q.id)::int as questions"
        " from generate_series($3::int - 1, 0, -1) as ago left join ("
        f"   select q.id, q.asked_at from question q{SOURCES} where q.cluster_id = $2 and {READABLE_QUESTION}) q"
        "   on q.asked_at > now() - make_interval(weeks => ago + 1) and q.asked_at <= now() - make_interval(weeks => ago)"
        " group by ago order by ago desc",
        actor.visibilities,
        cluster_id,
        weeks,
    )
    return [(row["until"], row["questions"]) for row in rows]


async def count_by_source(actor: Actor, cluster_id: UUID) -> dict[str, int]:
    """Questions by kind of source (`topic`, `ticket`, `search`, `help`, `chat`, `feedback`), the most frequent first."""
    actor.require(Permission.CLUSTER_READ)
    rows = await fetch_all(
        f"select q.source_kind, count(*)::int as questions from question q{SOURCES} where q.cluster_id = $2 and {READABLE_QUESTION}"
        " group by q.source_kind order by questions desc, q.source_kind",
        actor.visibilities,
        cluster_id,
    )
    return {row["source_kind"]: row["questions"] for row in rows}
