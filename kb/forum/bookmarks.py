"""Reading one's own bookmarks. What was hidden since, or lies where one may not read any more, is not among them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.cursors import Cursor, read_cursor, write_cursor
from kb.core.database import fetch_all, fetch_one
from kb.core.errors import NotFound
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.forum.access import READABLE_POST, READABLE_TOPIC, readers
from kb.forum.addresses import post_path
from kb.text.plain import plain_from_html

PAGE = 30

EXCERPT = 200
"""Characters of the post beside its bookmark."""

BOOKMARKED = "exists (select 1 from bookmark b where b.post_id = p.id and b.person_id = {person})"
"""SQL: whether post `p` is kept by the person."""


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A post that is kept. `remind_at` is None where no reminder was asked for; `was_reminded` once it was given."""

    id: UUID
    post_id: UUID
    title: str
    excerpt: str
    author: str
    position: int
    space_name: str
    space_slug: str
    is_solved: bool
    note: str
    remind_at: datetime | None
    was_reminded: bool
    created_at: datetime

    @property
    def path(self) -> str:
        """Leads to the post on its topic's page."""
        return post_path(self.post_id)


@dataclass(frozen=True, slots=True)
class BookmarkList:
    """One page, the last kept first; `next_cursor` is "" at the end."""

    bookmarks: list[Bookmark]
    next_cursor: str


@dataclass(frozen=True, slots=True)
class Due:
    """A reminder that is due."""

    bookmark_id: UUID
    person_id: UUID
    post_id: UUID
    topic_id: UUID
    remind_at: datetime


_BOOKMARKS = (
    "select b.id, b.post_id, t.title, left(p.body_html, 2000) as html, a.name as author, p.position, s.name as space_name,"
    " s.slug as space_slug, t.accepted_post_id is not null as is_solved, b.note, b.remind_at,"
    " b.reminded_at is not null as was_reminded, b.created_at"
    " from bookmark b join post p on p.id = b.post_id join person a on a.id = p.author_id"
    " join topic t on t.id = p.topic_id join space s on s.id = t.space_id"
    f" where {READABLE_TOPIC} and {READABLE_POST} and b.person_id = $3"
)


async def list_bookmarks(
    actor: Actor, *, text: str = "", only_waiting: bool = False, cursor: str = "", limit: int = PAGE
) -> BookmarkList:
    """One page of what the actor keeps: with `text` those whose title, note or post hold it, with `only_waiting` those with a
    reminder still to come. Raises `Invalid` for a cursor that is none of ours."""
    actor.require(Permission.BOOKMARK_KEEP)
    after = read_cursor(cursor)
    limit = max(1, min(limit, 100))
    rows = await fetch_all(
        f"{_BOOKMARKS} and ($4 = '' or strpos(lower(t.title || ' ' || b.note || ' ' || p.body_source), lower($4)) > 0)"
        " and (not $5 or (b.remind_at is not null and b.reminded_at is null))"
        " and ($6::timestamptz is null or (b.created_at, b.id) < ($6, $7::uuid))"
        " order by b.created_at desc, b.id desc limit $8",
        *readers(actor),
        actor.person_id,
        " ".join(text.split())[:100],
        only_waiting,
        after.moment if after else None,
        after.id if after else None,
        limit + 1,
    )
    found = [_bookmark(row) for row in rows[:limit]]
    more = write_cursor(Cursor(found[-1].created_at, found[-1].id)) if len(rows) > limit else ""
    return BookmarkList(found, more)


async def get_bookmark(actor: Actor, post_id: UUID) -> Bookmark:
    """The actor's bookmark of a post."""
    actor.require(Permission.BOOKMARK_KEEP)
    row = await fetch_one(f"{_BOOKMARKS} and b.post_id = $4", *readers(actor), actor.person_id, post_id)
    if row is None:
        raise NotFound(say("There is no such bookmark."))
    return _bookmark(row)


async def list_due(*, limit: int = 500) -> list[Due]:
    """Reminders whose time has come and that were not given yet, of all persons."""
    rows = await fetch_all(
        "select b.id as bookmark_id, b.person_id, b.post_id, p.topic_id, b.remind_at from bookmark b join post p on p.id = b.post_id"
        " where b.reminded_at is null and b.remind_at <= $1 order by b.remind_at limit $2",
        now(),
        limit,
    )
    return [Due(**row) for row in rows]


def _bookmark(row: asyncpg.Record) -> Bookmark:
    values = dict(row)
    text = " ".join(plain_from_html(values.pop("html")).split())
    return Bookmark(excerpt=text if len(text) <= EXCERPT else text[:EXCERPT].rstrip() + "…", **values)
