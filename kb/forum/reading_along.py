"""Where people had read to, when posts go from one topic to another: what somebody had not read stays unread for them.

A position is one place, and what two topics hold may lie mixed. Of a topic somebody never opened, what is older than what they
read in the other counts as read, as it does in every topic they come to late. Of topics they had opened nothing unread is passed
over, though a post may be shown as new twice.
"""

from collections.abc import Mapping
from uuid import UUID

from kb.core.database import execute

_MERGE = """
with place as (
    select p.id, w.topic_id, w.position as before, p.position, p.created_at, p.author_id, p.hidden_at
    from unnest($3::uuid[], $4::uuid[], $5::int[]) as w (id, topic_id, position) join post p on p.id = w.id
), seen as (
    select r.person_id, r.read_at, l.* from read_position r join place l on l.topic_id = r.topic_id
), unseen as (
    select s.person_id, min(s.position) as position, min(s.created_at) as created_at from seen s
    join read_position r on r.person_id = s.person_id and r.topic_id = s.topic_id
    where s.before > r.position and s.author_id <> s.person_id and s.hidden_at is null group by s.person_id
), reached as (
    select distinct on (s.person_id) s.person_id, s.position, s.read_at,
        least(s.created_at, u.created_at - interval '1 microsecond') as posted_at
    from seen s join read_position r on r.person_id = s.person_id and r.topic_id = s.topic_id
    left join unseen u on u.person_id = s.person_id
    where s.before <= r.position and (u.position is null or s.position < u.position)
    order by s.person_id, s.position desc
), noted as (
    insert into read_position_moved (change_id, person_id, position, position_before, posted_before)
    select $1, m.person_id, m.position, r.position, r.posted_at
    from reached m left join read_position r on r.person_id = m.person_id and r.topic_id = $2
)
insert into read_position as r (person_id, topic_id, position, posted_at, read_at)
select person_id, $2, position, posted_at, read_at from reached
on conflict (person_id, topic_id) do update set position = excluded.position, posted_at = excluded.posted_at
"""
"""`posted_at` stays before what is unseen: lists of the unread look at it before they look at posts."""

_UNMERGE = """
with place as (
    select p.topic_id, w.position as before, p.position, p.created_at
    from unnest($4::uuid[], $5::int[]) as w (id, position) join post p on p.id = w.id
), went_on as (
    select r.person_id, r.position, r.read_at from read_position r
    left join read_position_moved m on m.change_id = $1 and m.person_id = r.person_id
    where r.topic_id = $2 and m.position is distinct from r.position
), back as (
    update read_position r set position = m.position_before, posted_at = m.posted_before from read_position_moved m
    where m.change_id = $1 and r.topic_id = $2 and r.person_id = m.person_id and r.position = m.position
        and m.position_before is not null
), gone as (
    delete from read_position r using read_position_moved m where m.change_id = $1 and r.topic_id = $2
        and r.person_id = m.person_id and r.position = m.position and m.position_before is null
), reached as (
    select distinct on (o.person_id, l.topic_id) o.person_id, l.topic_id, l.position, l.created_at, o.read_at
    from went_on o join place l on l.before <= o.position and l.topic_id in ($2, $3)
    order by o.person_id, l.topic_id, l.position desc
)
insert into read_position as r (person_id, topic_id, position, posted_at, read_at)
select person_id, topic_id, position, created_at, read_at from reached
on conflict (person_id, topic_id) do update set
    position = case when r.topic_id = $2 then excluded.position else greatest(r.position, excluded.position) end,
    posted_at = case when r.topic_id = $2 then excluded.posted_at else greatest(r.posted_at, excluded.posted_at) end
"""

_SPLIT = """
insert into read_position (person_id, topic_id, position, posted_at, read_at)
select distinct on (r.person_id) r.person_id, $2, p.position, p.created_at, r.read_at
from read_position r join unnest($3::uuid[], $4::int[]) as w (id, position) on w.position <= r.position
join post p on p.id = w.id where r.topic_id = $1 order by r.person_id, p.position desc
"""


async def read_along_merge(change_id: UUID, into: UUID, stood: Mapping[UUID, tuple[UUID, int]]) -> None:
    """Part of a merge: `stood` says of each post, now in the topic `into`, in which topic and where it stood before.

    Positions in the topic that was merged stay in its rows, for it to find them when it stands alone again.
    """
    topics, places = [topic for topic, _ in stood.values()], [place for _, place in stood.values()]
    await execute(_MERGE, change_id, into, list(stood), topics, places)


async def read_along_unmerge(change_id: UUID, out_of: UUID, back_to: UUID, stood: Mapping[UUID, int]) -> None:
    """Part of taking a merge back: `stood` says where each post stood while the two were one. Positions are what they were, and
    further on for whoever read on meanwhile."""
    await execute(_UNMERGE, change_id, out_of, back_to, list(stood), list(stood.values()))


async def read_along_split(topic_id: UUID, made_id: UUID, stood: Mapping[UUID, int]) -> None:
    """Part of a split: whoever saw some of these posts where they stood has read the new topic so far."""
    await execute(_SPLIT, topic_id, made_id, list(stood), list(stood.values()))
