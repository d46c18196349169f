"""Who listens to a topic, each with the level that holds for them, and whether they may read it now."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import fetch_all, fetch_value
from kb.forum.access import READABLE_POST, READABLE_TOPIC, readers
from kb.notices.rules import NORMAL
from kb.people.sessions import ACTS_WITH, as_actor

_LEVELS = """
with family as (
    select f.id, f.id <> $1 as is_alias from topic f where f.id = $1 or f.duplicate_of = $1
), said as (
    select w.person_id, w.level, case when f.is_alias then 2 else 1 end as place
        from watch w join family f on w.kind = 'topic' and w.target_id = f.id
        where w.created_at <= $2 or w.level in ('muted', 'normal')
    union all select x.person_id, 'watching', 3 from topic_follower x join family f on f.id = x.topic_id
        where x.created_at <= $2
    union all select b.person_id, 'watching', 3 from brought_along b join family f on f.id = b.topic_id
        where b.created_at <= $2
    union all select w.person_id, w.level, 4 from topic_tag x join watch w on w.kind = 'tag' and (w.target_id = x.tag_id
            or w.target_id in (select m.from_id from tag_merge m where m.into_id = x.tag_id and m.undone_at is null))
        where x.topic_id = $1 and (w.created_at <= $2 or w.level in ('muted', 'normal'))
    union all select w.person_id, w.level, 5 from watch w join topic t on t.id = $1 and w.target_id = t.space_id
        where w.kind = 'space' and (w.created_at <= $2 or w.level in ('muted', 'normal'))
    union all select w.person_id, w.level, 6 from topic t join space s on s.id = t.space_id join watch w on w.target_id = s.parent_id
        where t.id = $1 and w.kind = 'space' and (w.created_at <= $2 or w.level in ('muted', 'normal'))
)
select distinct on (person_id) person_id, level from said
order by person_id, place, place <> 4 and level = 'muted' desc,
    array_position(array['watching', 'tracking', 'normal', 'muted'], level)
"""
"""The most particular choice holds: the topic, a topic asked before that leads to it, having a part in it, a tag, the space,
the space around it. Of two at the same place muted wins, but of several tags the strongest.
Who began to listen after it happened ($2) has read it already; who stopped has stopped."""


@dataclass(frozen=True, slots=True)
class Listener:
    """Somebody who may be told."""

    person_id: UUID
    actor: Actor
    level: str


async def list_listeners(topic_id: UUID, *, since: datetime, called: Sequence[str] = ()) -> list[Listener]:
    """Everybody who listened to the topic by then, and everybody called by these lower-case names; nobody suspended."""
    levels = {row["person_id"]: row["level"] for row in await fetch_all(_LEVELS, topic_id, since)}
    rows = await fetch_all(
        f"select id, role, name, username, account_id, {ACTS_WITH} from person p"
        " where (id = any($1::uuid[]) or lower(username) = any($2::text[])) and suspended_at is null order by id",
        list(levels),
        list(called),
    )
    return [Listener(row["id"], as_actor(row), levels.get(row["id"], NORMAL)) for row in rows]


async def list_people(person_ids: Iterable[UUID]) -> list[Actor]:
    """These persons as they act now; nobody suspended."""
    rows = await fetch_all(
        f"select id, role, name, username, account_id, {ACTS_WITH} from person p"
        " where id = any($1::uuid[]) and suspended_at is null order by id",
        list(person_ids),
    )
    return [as_actor(row) for row in rows]


async def keep_readers(listeners: Sequence[Listener], topic_id: UUID, post_id: UUID | None) -> list[Listener]:
    """Those who may read the topic, and the post in it, now. One statement for all who have the same rights."""
    alike: dict[str, list[Listener]] = defaultdict(list)
    for listener in listeners:
        alike[repr(readers(listener.actor))].append(listener)
    return [one for group in alike.values() if await _may_read(group[0].actor, topic_id, post_id) for one in group]


async def _may_read(actor: Actor, topic_id: UUID, post_id: UUID | None) -> bool:
    return bool(
        await fetch_value(
            "select 1 from topic t join space s on s.id = t.space_id left join post p on p.id = $4 and p.topic_id = t.id"
            f" where {READABLE_TOPIC} and t.id = $3 and ($4::uuid is null or (p.id is not null and {READABLE_POST}))",
            *readers(actor),
            topic_id,
            post_id,
        )
    )
