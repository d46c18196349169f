"""What is known about somebody at a place, in one statement: their own pain, the place's pain, and what is asked from there.

Clusters only, and only to choose answers by: their labels and counts are made of private tickets and never leave here.
"""

from datetime import datetime, timedelta

from kb.core.clock import now
from kb.core.database import fetch_all
from kb.help.identifying import Caller
from kb.help.places import Place
from kb.help.rules import Hint
from kb.signals.rules import OPEN_STATES

JUST_NOW = timedelta(minutes=30)
"""Pain younger than this is what they are looking for help with: the length of a session in most analytics."""

LATELY = timedelta(days=1)
PLACE_MEMORY = timedelta(days=30)
"""A place where nobody got stuck for a month has been repaired, or nobody goes there."""

_HINTS = """
with own as (
    select s.friction_point_id, max(s.occurred_at) as felt_at,
        (array_agg(s.evidence[1] order by s.occurred_at desc))[1] as event_id,
        (array_agg(s.release order by s.occurred_at desc))[1] as release
    from signal s join friction_point f on f.id = s.friction_point_id and f.app_id = $1
    where s.occurred_at >= $6 and (s.person_id = $2 or (s.person_id is null and s.distinct_id = $3))
    group by s.friction_point_id
)
select case when own.felt_at is not null then 'stuck' else 'place' end as how, l.cluster_id, l.weight::float8 as weight,
    f.kind, coalesce(f.route = $4, false) as is_here, f.element, e.element_text as target, own.felt_at, 0 as people,
    f.id as point_id, own.release
from friction_point f
join friction_cluster l on l.friction_point_id = f.id
left join own on own.friction_point_id = f.id
left join event e on e.id = own.event_id
where f.app_id = $1 and (own.friction_point_id is not null or (f.route = $4 and f.last_at >= $8))
union all
select 'episode', e.cluster_id, 1, '', false, null, null, e.last_pain_at, 0, e.friction_point_id, null
from episode e where e.person_id = $2 and e.cluster_id is not null and e.state = any($9) and e.last_pain_at >= $7
union all
select 'asked', q.cluster_id, 1, '', true, null, null, null, count(distinct q.person_id)::int, null, null
from question q where q.page_url = any($5) and q.cluster_id is not null group by q.cluster_id
"""


async def list_hints(caller: Caller, place: Place) -> list[Hint]:
    """Every reason to think that somebody at this place wants the answers of a cluster."""
    moment = now()
    rows = await fetch_all(
        f"select coalesce(c.merged_into, c.id) as cluster_id, h.how, h.weight, h.kind, h.is_here, h.element, h.target,"
        f" h.felt_at, h.people, h.point_id, h.release from ({_HINTS}) h join cluster c on c.id = h.cluster_id",
        caller.app.id,
        caller.actor.person_id,
        caller.distinct_id,
        place.route,
        place.addresses,
        *_since(moment),
        list(OPEN_STATES),
    )
    return [Hint(**row) for row in rows]


def _since(moment: datetime) -> tuple[datetime, datetime, datetime]:
    return moment - JUST_NOW, moment - LATELY, moment - PLACE_MEMORY
