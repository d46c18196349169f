"""The level that holds for one person: SQL in which the nearest word said wins."""

WATCHES_TAG = (
    "w.kind = 'tag' and x.tag_id in (w.target_id,"
    " (select m.into_id from tag_merge m where m.from_id = w.target_id and m.undone_at is null limit 1))"
)
"""The choice `w` holds for the tag of `topic_tag x`; one made for a tag that was merged holds for what it became."""

STRONGEST_FIRST = "array_position(array['watching', 'tracking', 'normal', 'muted'], w.level)"
"""Of several tags of a topic the one decides that somebody wants to hear most of."""

WATCHES_SPACE = "w.kind = 'space' and w.target_id in (s.id, s.parent_id)"
"""The choice `w` holds for space `s`: made for itself or for the space it stands in."""

NEAREST_FIRST = "w.target_id = s.id desc"
"""What was said of a space itself comes before what was said of the one around it."""


def level_of_space(person: str) -> str:
    """The level of `person`, an SQL expression, for space `s`; null where nothing was said."""
    return f"(select w.level from watch w where w.person_id = {person} and {WATCHES_SPACE} order by {NEAREST_FIRST} limit 1)"


def level_of_topic(person: str) -> str:
    """The level of `person` for topic `t` in space `s`: the topic's own, having a part in it, the tags, the space, its outer one."""
    return (
        f"coalesce((select w.level from watch w where w.person_id = {person} and w.kind = 'topic' and w.target_id = t.id),"
        f" (select 'watching' from topic_follower x where x.topic_id = t.id and x.person_id = {person}),"
        f" (select w.level from watch w join topic_tag x on {WATCHES_TAG} where w.person_id = {person} and x.topic_id = t.id"
        f"   order by {STRONGEST_FIRST} limit 1),"
        f" {level_of_space(person)}, 'normal')"
    )
