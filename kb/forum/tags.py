"""Reading tags. A tag is seen by whoever reads a topic that has it; one that no topic has is anybody's."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from kb.core.actor import Actor
from kb.core.database import fetch_all, fetch_one
from kb.core.errors import NotFound
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.forum.addresses import tag_path

TAGS_SHOWN = 200

TAGS_OF_TOPIC = (
    "array(select g.slug from topic_tag x join tag g on g.id = x.tag_id where x.topic_id = t.id order by g.slug)"
)
"""SQL for the tags of topic `t`, which its reader may read: whoever reads the topic reads its tags."""

TAGGED = "t.id in (select x.topic_id from topic_tag x join tag g on g.id = x.tag_id where g.slug = $%d)"


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag as a reader sees it: `topic_count` counts what they may read. `synonyms` lead to it."""

    id: UUID
    slug: str
    description: str
    topic_count: int
    synonyms: tuple[str, ...]

    @property
    def path(self) -> str:
        """Where its topics are listed."""
        return tag_path(self.slug)


@dataclass(frozen=True, slots=True)
class TagMerge:
    """A tag that became a synonym of another, and can be itself again."""

    id: UUID
    from_slug: str
    merged_at: datetime


_READABLE_USES = (
    "coalesce((select sum(u.topic_count) from tag_use u join space s on s.id = u.space_id"
    " where u.tag_id = g.id and s.visibility = any($1)), 0)"
)
_SEEN = "(k.topic_count > 0 or not exists (select 1 from topic_tag x where x.tag_id = g.id))"
_TAGS = (
    "select g.id, g.slug, g.description, k.topic_count,"
    " array(select y.slug from tag_synonym y where y.tag_id = g.id order by y.slug) as synonyms"
    f" from tag g cross join lateral (select {_READABLE_USES}::int as topic_count) k where {_SEEN}"
)


async def list_tags(actor: Actor, *, begins: str = "", limit: int = TAGS_SHOWN) -> list[Tag]:
    """Those that begin with these letters, the most used first."""
    rows = await fetch_all(
        f"{_TAGS} and starts_with(g.slug, $2) order by k.topic_count desc, g.slug limit $3",
        actor.visibilities,
        begins.replace("\x00", "").strip().lower(),
        max(1, min(limit, TAGS_SHOWN)),
    )
    return [_tag(row) for row in rows]


async def find_seen_tags(actor: Actor, slugs: list[str]) -> dict[str, UUID]:
    """The tags that these slugs, or the synonyms among them, mean to somebody who may see them."""
    rows = await fetch_all(
        "select w.slug, tags.id from unnest($2::text[]) as w (slug) left join tag_synonym y on y.slug = w.slug"
        f" join ({_TAGS}) tags on tags.slug = w.slug or tags.id = y.tag_id",
        actor.visibilities,
        slugs,
    )
    return {row["slug"]: row["id"] for row in rows}


async def get_tag(actor: Actor, slug: str) -> Tag:
    """The tag of this slug or synonym. Raises `NotFound` where there is none the actor may see."""
    row = await fetch_one(
        f"{_TAGS} and (g.slug = $2 or g.id = (select y.tag_id from tag_synonym y where y.slug = $2))",
        actor.visibilities,
        slug.replace("\x00", ""),
    )
    if row is None:
        raise NotFound(say("There is no such tag."))
    return _tag(row)


async def list_tag_merges(actor: Actor, tag_id: UUID) -> list[TagMerge]:
    """What was merged into the tag and can be taken back, newest first."""
    actor.require(Permission.TAG_MANAGE)
    rows = await fetch_all(
        "select id, from_slug, merged_at from tag_merge"
        " where into_id = $1 and undone_at is null order by merged_at desc limit 20",
        tag_id,
    )
    return [TagMerge(**row) for row in rows]


def _tag(row: asyncpg.Record) -> Tag:
    return Tag(**{**row, "synonyms": tuple(row["synonyms"])})
