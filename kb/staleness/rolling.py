"""Days of the ledger rolled up by article, so that nothing later scans what readers did. Any day may be rolled up again."""

from datetime import UTC, date, datetime, timedelta

from kb.core.actor import SYSTEM
from kb.core.clock import now
from kb.core.database import execute, fetch_value
from kb.core.unit_of_work import unit_of_work
from kb.staleness.rules import PAST, REWRITTEN_FROM, SETTLED

KEPT = PAST + 2 * SETTLED
"""Older days compare with nothing any more."""

_ROLL = f"""
insert into article_day (article_id, day, readers, asked_again, visitors, sent, rewritten)
select a.source_id, (u.created_at at time zone 'utc')::date,
    count(distinct u.person_id) filter (where u.kind = 'opened'),
    count(distinct u.person_id) filter (where u.kind = 'opened' and exists (select from question q where q.person_id = u.person_id
        and q.cluster_id = a.cluster_id and q.visibility = any($4) and q.asked_at > u.created_at and q.asked_at <= u.created_at + $3)),
    count(distinct u.visitor) filter (where u.kind = 'opened' and u.person_id is null),
    count(*) filter (where u.kind = 'edited_then_sent'),
    count(*) filter (where u.kind = 'edited_then_sent' and u.distance >= {REWRITTEN_FROM})
from answer_use u join answer a on a.id = u.answer_id and a.kind = 'article' join article ar on ar.id = a.source_id
left join person p on p.id = u.person_id
where u.created_at >= $1 and u.created_at < $2 and u.kind in ('opened', 'edited_then_sent') and (p.id is null or p.role = 'member')
group by 1, 2
"""


async def roll_up_days() -> int:
    """All days up to yesterday that are missing, and the last eight once more: whoever read then may have asked since.

    Returns how many days were rolled up, one transaction each.
    """
    today = now().astimezone(UTC).date()
    oldest = today - KEPT
    again = today - SETTLED - timedelta(days=1)
    done = await fetch_value("select max(day) from article_day_done where day >= $1", oldest)
    first = min(done + timedelta(days=1), again) if done else oldest
    for number in range((today - first).days):
        await _roll_up(first + timedelta(days=number))
    async with unit_of_work(SYSTEM):
        await execute("delete from article_day where day < $1", oldest)
        await execute("delete from article_day_done where day < $1", oldest)
    return (today - first).days


async def is_up_to_date() -> bool:
    """Whether yesterday is rolled up."""
    yesterday = now().astimezone(UTC).date() - timedelta(days=1)
    return bool(await fetch_value("select 1 from article_day_done where day = $1", yesterday))


async def _roll_up(day: date) -> None:
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    async with unit_of_work(SYSTEM) as unit:
        await execute("delete from article_day where day = $1", day)
        await execute(_ROLL, start, start + timedelta(days=1), SETTLED, SYSTEM.visibilities)
        await execute(
            "insert into article_day_done (day, done_at) values ($1, $2) on conflict (day) do update set done_at = excluded.done_at",
            day,
            unit.now,
        )
