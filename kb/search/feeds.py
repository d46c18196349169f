"""What is new, for feed readers. A feed is read without anybody being known, so it holds what everybody may read and no more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from kb.core.actor import ANONYMOUS
from kb.core.database import fetch_all
from kb.core.errors import NotFound
from kb.core.ids import possible_number
from kb.forum.access import NO_TOPIC, READABLE_POST, READABLE_TOPIC, readers, tell_gone
from kb.forum.addresses import post_path, space_feed_path, space_path, tag_feed_path, topic_feed_path, topic_path
from kb.forum.spaces import get_space
from kb.forum.tags import get_tag

ENTRIES = 30
"""Readers ask every hour or so; a community that asks more than this in between is read on its pages."""


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """A topic or a post. `id` never changes, `path` may."""

    kind: str
    id: UUID
    title: str
    path: str
    html: str
    author: str
    author_path: str
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Feed:
    """`subject` is what it is about, `name` says it once and for all: it becomes the feed's id."""

    name: str
    subject: str
    path: str
    feed_path: str
    entries: Sequence[FeedEntry]

    @property
    def changed_at(self) -> datetime:
        """When anything in it changed last; the beginning of time while it is empty."""
        return max((entry.changed_at for entry in self.entries), default=datetime.fromtimestamp(0, UTC))


_COLUMNS = (
    "select p.id as post_id, p.position, t.id as topic_id, t.number, t.slug, t.title, p.body_html as html, a.name as author,"
    " coalesce(a.username, '') as username, p.created_at, coalesce(p.edited_at, p.created_at) as changed_at"
)
_NEWEST = (
    f"{_COLUMNS} from (select t.* from topic t join space s on s.id = t.space_id where {READABLE_TOPIC}"
    " and t.duplicate_of is null and t.unlisted_at is null{more} order by t.created_at desc, t.id desc limit $3) t"
    " join post p on p.topic_id = t.id and p.position = 1 join person a on a.id = p.author_id"
    " order by t.created_at desc, t.id desc"
)


async def get_site_feed() -> Feed:
    """The newest topics of all spaces."""
    rows = await fetch_all(_NEWEST.format(more=""), *readers(ANONYMOUS), ENTRIES)
    return Feed("site", "Newest questions", "/", "/feed.atom", [_topic(row) for row in rows])


async def get_space_feed(slug: str) -> Feed:
    """The newest topics of a space. `NotFound` unless everybody may read it."""
    space = await get_space(ANONYMOUS, slug)
    rows = await fetch_all(_NEWEST.format(more=" and t.space_id = $4"), *readers(ANONYMOUS), ENTRIES, space.id)
    path = space_path(space.slug)
    return Feed(f"space/{space.id}", space.name, path, space_feed_path(space.slug), [_topic(row) for row in rows])


async def get_tag_feed(slug: str) -> Feed:
    """The newest topics with a tag, or with one it is also called. `NotFound` unless everybody may see it."""
    tag = await get_tag(ANONYMOUS, slug)
    tagged = " and t.id in (select x.topic_id from topic_tag x where x.tag_id = $4)"
    rows = await fetch_all(_NEWEST.format(more=tagged), *readers(ANONYMOUS), ENTRIES, tag.id)
    return Feed(f"tag/{tag.id}", tag.slug, tag.path, tag_feed_path(tag.slug), [_topic(row) for row in rows])


async def get_topic_feed(number: int) -> Feed:
    """The newest posts of a topic. `NotFound` unless everybody may read it."""
    rows = await fetch_all(
        f"{_COLUMNS} from post p join topic t on t.id = p.topic_id join space s on s.id = t.space_id"
        f" join person a on a.id = p.author_id where {READABLE_TOPIC} and {READABLE_POST} and t.number = $3"
        " order by p.position desc limit $4",
        *readers(ANONYMOUS),
        possible_number(number),
        ENTRIES,
    )
    if not rows:
        await tell_gone(number)
        raise NotFound(NO_TOPIC)
    topic = rows[0]
    path = topic_path(topic["number"], topic["slug"])
    entries = [_post(row) for row in rows]
    return Feed(f"topic/{topic['topic_id']}", topic["title"], path, topic_feed_path(number), entries)


def _topic(row: Any) -> FeedEntry:
    return _entry(row, "topic", row["topic_id"], row["title"], topic_path(row["number"], row["slug"]))


def _post(row: Any) -> FeedEntry:
    title = row["title"] if row["position"] == 1 else f"{row['author']} replied: {row['title']}"
    return _entry(row, "post", row["post_id"], title, post_path(row["post_id"]))


def _entry(row: Any, kind: str, id_: UUID, title: str, path: str) -> FeedEntry:
    return FeedEntry(
        kind=kind,
        id=id_,
        title=title,
        path=path,
        html=row["html"],
        author=row["author"],
        author_path=f"/people/{row['username']}" if row["username"] else "",
        created_at=row["created_at"],
        changed_at=row["changed_at"],
    )
