"""What people did, counted for trust: a handful of people in one statement."""

from collections.abc import Sequence
from uuid import UUID

from kb.core.clock import now
from kb.core.database import fetch_all
from kb.standing.rules import WINDOW, Deeds

_DEEDS = """
select p.id, d.days, d.topics_read, d.lately_days, a.replies, a.solved, a.lately_replies, a.lately_solved,
  (select count(*) from sanction s where s.person_id = p.id and s.kind in ('silence', 'suspension')
    and s.undone_at is null and s.made_at > $2)::int as lately_sanctions,
  (select count(distinct f.post_id) from flag f join post x on x.id = f.post_id join review_decision d on d.item_id = f.item_id
    where x.author_id = p.id and f.outcome = 'agreed' and d.undone_at is null and d.decided_at > $2)::int as lately_flags
from person p
cross join lateral (
  select count(*)::int as days, coalesce(sum(cardinality(r.topics)), 0)::int as topics_read,
    (count(*) filter (where r.day > $2::timestamptz::date))::int as lately_days
  from reading_day r where r.person_id = p.id
) d
cross join lateral (
  select count(distinct x.topic_id)::int as replies,
    (count(distinct x.topic_id) filter (where x.accepted_at is not null))::int as solved,
    (count(distinct x.topic_id) filter (where x.created_at > $2))::int as lately_replies,
    (count(distinct x.topic_id) filter (where x.accepted_at is not null and x.created_at > $2))::int as lately_solved
  from post x join topic t on t.id = x.topic_id
  where x.author_id = p.id and x.position > 1 and t.author_id <> p.id and x.hidden_at is null and t.hidden_at is null
) a
where p.id = any($1::uuid[])
"""


async def count_deeds(person_ids: Sequence[UUID]) -> dict[UUID, Deeds]:
    """What each did, of those there are. Answers to one's own questions are no help to anybody else and do not count.

    A post flagged by many counts once, and as long as moderators' agreement stands.
    """
    rows = await fetch_all(_DEEDS, list(person_ids), now() - WINDOW)
    return {row["id"]: Deeds(**{key: value for key, value in row.items() if key != "id"}) for row in rows}
