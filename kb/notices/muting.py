"""What somebody muted leaves their lists of topics, but for topics they watch or take part in."""

from kb.core.actor import Actor
from kb.core.database import fetch_one
from kb.forum.leaving_out import LeftOut
from kb.notices.levels import level_of_space

_MUTED = f"""
with said as (
    select w.kind, w.target_id, w.level from watch w where w.person_id = $1
), tag_said as (
    select level, target_id as id from said where kind = 'tag'
    union all select w.level, m.into_id from said w join tag_merge m on m.from_id = w.target_id and m.undone_at is null
        where w.kind = 'tag'
), found as (
    select array(select s.id from space s where {level_of_space("$1")} = 'muted') as spaces,
        array(select id from tag_said where level = 'muted') as tags,
        array(select id from tag_said where level <> 'muted') as kept_tags,
        array(select target_id from said where kind = 'topic' and level = 'muted') as topics
)
select *, case when cardinality(spaces) + cardinality(tags) = 0 then '{{}}'
    else array(select target_id from said where kind = 'topic' and level <> 'muted') end as kept_topics from found
"""
"""The same order of levels as `level_of_topic`, as lists of ids: a list of topics is then read by its index."""


async def find_left_out(actor: Actor) -> LeftOut | None:
    """What the actor's lists of everything leave out; None for nobody and for whoever muted nothing."""
    if actor.person_id is None:
        return None
    row = await fetch_one(_MUTED, actor.person_id)
    if row is None or not (row["spaces"] or row["tags"] or row["topics"]):
        return None
    return LeftOut(actor.person_id, **row)
