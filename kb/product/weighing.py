"""Weighs every cluster's pain: who was hurt, who never said so, whether it grows, and what lane it stands in.

Counts come from episodes (people and unknown visitors alike, each once), so signals and questions weigh the same person once.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from kb.core.actor import SYSTEM
from kb.core.clock import now
from kb.core.database import execute, execute_many, fetch_all, fetch_value
from kb.core.unit_of_work import unit_of_work
from kb.product.rules import RECENT_DAYS, STILL_ASKED_DAYS, Pain, choose_lane, weigh

_PAIN = """
with hurt as (
    select e.cluster_id, coalesce(e.person_id::text, 'visitor:' || e.distinct_id) as who, e.person_id,
        min(e.started_at) as first_at, max(e.last_pain_at) as last_at, min(e.reported_at) as reported_at,
        bool_or(e.last_pain_at >= $1) as is_recent, bool_or(e.started_at < $1 and e.last_pain_at >= $2) as was_before
    from episode e where e.cluster_id is not null and e.state <> 'dropped' group by 1, 2, 3
), people as (
    select h.cluster_id, count(*) as people, count(*) filter (where h.reported_at is null) as silent,
        count(*) filter (where h.is_recent) as recent, count(*) filter (where h.was_before) as previous,
        count(distinct p.account_id) as accounts, min(h.first_at) as first_at, max(h.last_at) as last_at
    from hurt h left join person p on p.id = h.person_id group by h.cluster_id
), money as (
    select t.cluster_id, sum(a.monthly_revenue) as revenue
    from (select distinct h.cluster_id, p.account_id from hurt h join person p on p.id = h.person_id) t
    join account a on a.id = t.account_id group by t.cluster_id
), signals as (
    select e.cluster_id, count(*) as signals from signal s join episode e on e.id = s.episode_id
    where e.cluster_id is not null group by e.cluster_id
), answered as (
    select cluster_id, min(created_at) as answered_at from answer where retired_at is null and cluster_id is not null group by cluster_id
)
select c.id, c.question_count, p.*, coalesce(m.revenue, 0) as revenue, coalesce(s.signals, 0) as signals, a.answered_at,
    (select count(distinct q.person_id) from question q
      where q.cluster_id = c.id and q.asked_at > greatest(a.answered_at, $3)) as asked_since
from cluster c join people p on p.cluster_id = c.id left join money m on m.cluster_id = c.id
    left join signals s on s.cluster_id = c.id left join answered a on a.cluster_id = c.id
where c.merged_into is null
"""


async def weigh_pain_points() -> int:
    """Weigh all of them afresh; returns how many there are. Cheap enough to run every few minutes."""
    moment = now()
    rows = await fetch_all(
        _PAIN,
        moment - timedelta(days=RECENT_DAYS),
        moment - timedelta(days=2 * RECENT_DAYS),
        moment - timedelta(days=STILL_ASKED_DAYS),
    )
    released_at = await fetch_value("select max(released_at) from release where released_at <= $1", moment)
    async with unit_of_work(SYSTEM):
        await execute("delete from pain_point where cluster_id <> all($1::uuid[])", [row["id"] for row in rows])
        await execute_many(_UPSERT, [_weighed(row, released_at, moment) for row in rows])
    return len(rows)


_COLUMNS = (
    "cluster_id, person_count, account_count, silent_count, question_count, signal_count, recent_count, previous_count,"
    " monthly_revenue, lane, weight, first_pain_at, last_pain_at, weighed_at"
)
_UPSERT = (
    f"insert into pain_point ({_COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
    " on conflict (cluster_id) do update set "
    + ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS.split(", ")[1:])
)


def _weighed(row: Any, released_at: datetime | None, moment: datetime) -> tuple[Any, ...]:
    pain = Pain(
        people=row["people"],
        recent=row["recent"],
        previous=row["previous"],
        monthly_revenue=float(row["revenue"]),
        first_at=row["first_at"],
        answered_at=row["answered_at"],
        asked_since_answer=row["asked_since"],
    )
    cluster_id: UUID = row["id"]
    return (
        cluster_id,
        row["people"],
        row["accounts"],
        row["silent"],
        row["question_count"],
        row["signals"],
        row["recent"],
        row["previous"],
        row["revenue"],
        choose_lane(pain, released_at=released_at),
        weigh(pain),
        row["first_at"],
        row["last_at"],
        moment,
    )
