"""What a person has not read yet: new posts of what they follow, and new topics they have not opened."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.cursors import Cursor, read_cursor, write_cursor
from kb.core.database import fetch_all
from kb.forum.access import LISTED_TOPIC, READABLE_TOPIC, readers
from kb.forum.addresses import post_path
from kb.forum.rules import TOPICS_PER_PAGE, UNREAD_COUNTED
from kb.forum.topic_lists import TopicRow, list_topics_by_id
from kb.notices.levels import NEAREST_FIRST, WATCHES_SPACE, WATCHES_TAG, level_of_topic
from kb.notices.watching import require_reader

NEW_FOR = timedelta(days=14)
"""How long a topic nobody opened counts as new; after two weeks it is found by searching, not by going through a list."""

LISTENED_BACK = timedelta(days=30)
"""How far back a whole space is gone through. What somebody follows by itself is unread however old it is."""

COUNTED = 99
"""Lists are counted to here; more is "99+"."""


@dataclass(frozen=True, slots=True)
class UnreadTopic:
    """A topic in the list, how many of its posts are unread (at most `UNREAD_COUNTED`) and where the first stands."""

    topic: TopicRow
    unread: int
    path: str


@dataclass(frozen=True, slots=True)
class UnreadList:
    """One page, the latest first, and the cursor of the next ("" at the end)."""

    topics: list[UnreadTopic]
    next_cursor: str


@dataclass(frozen=True, slots=True)
class UnreadCounts:
    """How long both lists are, counted to `COUNTED` + 1, and when all was marked as read, if that can be taken back."""

    unread: int
    new: int
    marked_at: datetime | None


_MARK = "mark as (select coalesce((select until from all_read where person_id = $4), to_timestamp(0)) as until)"

_LISTENED = f"""heard_space as (
    select s.id, w.level, w.created_at from space s cross join lateral (select w.level, w.created_at from watch w
        where w.person_id = $4 and {WATCHES_SPACE} order by {NEAREST_FIRST} limit 1) w
        where w.level in ('watching', 'tracking')
), listened as (
    select w.target_id as topic_id, w.created_at as since from watch w
        where w.person_id = $4 and w.kind = 'topic' and w.level in ('watching', 'tracking')
    union all select x.topic_id, x.created_at from topic_follower x where x.person_id = $4
        and not exists (select from watch w where w.person_id = $4 and w.kind = 'topic' and w.target_id = x.topic_id)
    union all select t.id, w.created_at from heard_space w join topic t on t.space_id = w.id
        where t.last_posted_at > greatest(w.created_at, $3, (select until from mark))
        and not exists (select from watch o where o.person_id = $4 and o.kind = 'topic' and o.target_id = t.id)
        and not exists (select from topic_follower x where x.person_id = $4 and x.topic_id = t.id)
        and not exists (select from watch w join topic_tag x on {WATCHES_TAG} where w.person_id = $4 and x.topic_id = t.id)
    union all select t.id, min(w.created_at) from watch w join topic_tag x on {WATCHES_TAG} join topic t on t.id = x.topic_id
        where w.person_id = $4 and w.level in ('watching', 'tracking')
        and t.last_posted_at > greatest(w.created_at, $3, (select until from mark))
        and not exists (select from watch o where o.person_id = $4 and o.kind = 'topic' and o.target_id = t.id)
        and not exists (select from topic_follower f where f.person_id = $4 and f.topic_id = t.id)
        group by t.id
)"""
"""Each topic once, with when listening to it began: what was there before is not unread."""

_UNREAD = f"""
with {_MARK}, {_LISTENED}
select t.id, t.last_posted_at as moment, u.unread, u.first_id
from listened l join topic t on t.id = l.topic_id join space s on s.id = t.space_id
left join read_position r on r.person_id = $4 and r.topic_id = t.id
cross join lateral (
    select count(*) as unread, (array_agg(n.id order by n.position))[1] as first_id from (
        select n.id, n.position from post n where n.topic_id = t.id and n.position > coalesce(r.position, 0)
            and n.author_id <> $4 and (n.hidden_at is null or $2)
            and n.created_at > case when r.position is null then l.since else to_timestamp(0) end
            and n.created_at > (select until from mark)
        order by n.position limit {UNREAD_COUNTED}
    ) n
) u
where {READABLE_TOPIC} and {LISTED_TOPIC} and u.unread > 0
and t.last_posted_at > greatest(coalesce(r.posted_at, l.since), (select until from mark))
and ($5::timestamptz is null or (t.last_posted_at, t.id) < ($5, $6))
order by t.last_posted_at desc, t.id desc limit $7
"""

_NEW = f"""
with {_MARK}
select t.id, t.created_at as moment, t.post_count as unread, null::uuid as first_id
from topic t join space s on s.id = t.space_id
where {READABLE_TOPIC} and {LISTED_TOPIC} and t.created_at > $3 and t.created_at > (select until from mark) and t.author_id <> $4
and not exists (select from read_position r where r.person_id = $4 and r.topic_id = t.id)
and {level_of_topic("$4")} <> 'muted'
and ($5::timestamptz is null or (t.created_at, t.id) < ($5, $6))
order by t.created_at desc, t.id desc limit $7
"""


async def list_unread(actor: Actor, *, cursor: str = "", limit: int = TOPICS_PER_PAGE) -> UnreadList:
    """Topics the actor watches or tracks, or takes part in, with others' posts they have not seen."""
    return await _list(actor, _UNREAD, LISTENED_BACK, cursor, limit)


async def list_new(actor: Actor, *, cursor: str = "", limit: int = TOPICS_PER_PAGE) -> UnreadList:
    """Others' topics of the last two weeks that the actor has not opened, but for what they muted."""
    return await _list(actor, _NEW, NEW_FOR, cursor, limit)


async def count_unread_and_new(actor: Actor) -> UnreadCounts:
    """Both lists' lengths in one statement."""
    person_id = require_reader(actor)
    moment = now()
    [row] = await fetch_all(
        f"select (select count(*) from ({_UNREAD}) a) as unread, (select count(*) from ({_NEW.replace('$3', '$8')}) b) as new,"
        " (select until from all_read where person_id = $4 and before is not null) as marked_at",
        *_args(actor, person_id, moment - LISTENED_BACK, None, COUNTED + 1),
        moment - NEW_FOR,
    )
    return UnreadCounts(**row)


async def _list(actor: Actor, sql: str, back: timedelta, cursor: str, limit: int) -> UnreadList:
    person_id = require_reader(actor)
    limit = max(1, min(limit, TOPICS_PER_PAGE))
    rows = await fetch_all(sql, *_args(actor, person_id, now() - back, read_cursor(cursor), limit + 1))
    page = {row["id"]: row for row in rows[:limit]}
    topics = await list_topics_by_id(actor, list(page)) if page else []
    last = rows[limit - 1] if len(rows) > limit else None
    found = [
        UnreadTopic(one, row["unread"], post_path(row["first_id"]) if row["first_id"] else one.path)
        for one in topics
        if (row := page[one.id])
    ]
    return UnreadList(found, write_cursor(Cursor(last["moment"], last["id"])) if last else "")


def _args(actor: Actor, person_id: UUID, since: datetime, after: Cursor | None, limit: int) -> list[Any]:
    return [*readers(actor), since, person_id, after.moment if after else None, after.id if after else None, limit]
