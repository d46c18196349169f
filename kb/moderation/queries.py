"""Reading the review queue. A moderator sees what waits in the spaces they may read, and nothing of the rest, not even a number."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from kb.core.actor import Actor
from kb.core.cursors import Cursor, read_cursor, write_cursor
from kb.core.database import fetch_all, fetch_one
from kb.core.errors import Invalid, NotFound
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.forum.access import READABLE_TOPIC, readers
from kb.forum.addresses import post_path, topic_path
from kb.moderation.deciding import NO_ITEM
from kb.moderation.rules import FLAG, QUEUE_PAGE, SOURCES
from kb.screening.holding import HELD_BACK_YET
from kb.text.excerpts import excerpt

CONTEXT = 240
"""Characters of the post before, or of the one that was answered."""


@dataclass(frozen=True, slots=True)
class FlagLine:
    """What one member said."""

    reason: str
    note: str
    by: str
    has_standing: bool


@dataclass(frozen=True, slots=True)
class Because:
    """What brought it here besides flags: the source, and its sentence."""

    source: str
    text: str


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """A post that waits, with what is needed to decide without leaving the queue. `kind` is topic for a question, else post.
    `is_held`: nobody but its writer and moderators has ever seen it; `is_hidden` may be for other reasons."""

    id: UUID
    post_id: UUID
    kind: str
    sources: list[str]
    flags: list[FlagLine]
    because: list[Because]
    title: str
    topic_path: str
    space_name: str
    space_slug: str
    author: str
    author_username: str
    author_joined_at: datetime
    author_posts: int
    author_hidden: int
    html: str
    answered_by: str
    answered: str
    is_hidden: bool
    is_held: bool
    written_at: datetime
    edited_at: datetime | None
    opened_at: datetime

    @property
    def path(self) -> str:
        """Where the post stands in its topic."""
        return post_path(self.post_id)


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which items: of one source or all (""), of one space or all ("")."""

    source: str = ""
    space: str = ""
    limit: int = QUEUE_PAGE


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits, the longest first, with how much of each source, and the cursor of the next page ("" at the end)."""

    items: list[ReviewItem]
    counts: dict[str, int] = field(default_factory=dict)
    next_cursor: str = ""

    @property
    def total(self) -> int:
        """All that the moderator may decide about."""
        return self.counts.get("", 0)


_FROM = (
    " from review_item i join post p on p.id = i.post_id join topic t on t.id = p.topic_id join space s on s.id = t.space_id"
    f" where {READABLE_TOPIC} and i.decided_at is null"
)

_ITEM = (
    "select i.id, i.post_id, p.position, i.sources, i.because, i.opened_at, t.title, t.number, t.slug, s.name as space_name,"
    " s.slug as space_slug, a.name as author, coalesce(a.username, '') as author_username, a.created_at as author_joined_at,"
    " (select count(*) from (select 1 from post w where w.author_id = p.author_id and w.hidden_at is null limit 1000) w) as author_posts,"
    " (select count(*) from review_decision h join post w on w.id = h.post_id where w.author_id = p.author_id"
    "   and h.decision = 'hide' and h.undone_at is null) as author_hidden,"
    " p.body_html as html, coalesce(q.name, '') as answered_by, coalesce(left(q.body_html, 4000), '') as answered_html,"
    " (p.hidden_at is not null or (p.position = 1 and t.hidden_at is not null)) as is_hidden,"
    f" {HELD_BACK_YET.format(post='p.id')} as is_held, p.created_at as written_at, p.edited_at,"
    " (select coalesce(json_agg(json_build_object('reason', f.reason, 'note', f.note, 'by', w.name, 'has_standing', f.has_standing)"
    "   order by f.id), '[]') from flag f join person w on w.id = f.person_id where f.item_id = i.id and f.outcome is null) as flags"
    " from review_item i join post p on p.id = i.post_id join topic t on t.id = p.topic_id join space s on s.id = t.space_id"
    " join person a on a.id = p.author_id left join lateral (select w.name, r.body_html from post r join person w on w.id = r.author_id"
    "   where r.topic_id = p.topic_id and p.position > 1 and r.position < p.position"
    "   and (r.id = p.reply_to_id or p.reply_to_id is null) order by r.position desc limit 1) q on true"
    f" where {READABLE_TOPIC} and i.decided_at is null"
)


COUNTED = "count_"

_COUNTS = (
    "select count(*) as count_, "
    + ", ".join(f"count(*) filter (where i.sources @> array['{one}']) as {COUNTED}{one}" for one in SOURCES)
    + _FROM
)


async def list_queue(actor: Actor, wanted: QueueFilter | None = None, *, cursor: str = "") -> Queue:
    """One page of what waits. A space the moderator may not read holds nothing; an unknown source is `Invalid`."""
    actor.require(Permission.REVIEW_DECIDE)
    wanted = wanted or QueueFilter()
    if wanted.source and wanted.source not in SOURCES:
        raise Invalid(say("There is no such source."), {"source": say("one of {known}", known=", ".join(SOURCES))})
    after, limit = read_cursor(cursor), max(1, min(wanted.limit, QUEUE_PAGE))
    rows = await fetch_all(
        f"select n.*, x.* from ({_COUNTS} and ($4 = '' or s.slug = $4)) n left join lateral ({_ITEM}"
        "   and ($3 = '' or i.sources @> array[$3]) and ($4 = '' or s.slug = $4)"
        "   and ($5::uuid is null or i.id > $5) order by i.id limit $6) x on true order by x.id",
        *readers(actor),
        wanted.source,
        wanted.space,
        after.id if after else None,
        limit + 1,
    )
    counts = {name.removeprefix(COUNTED): int(n) for name, n in rows[0].items() if name.startswith(COUNTED)}
    found = [row for row in rows if row["id"]]
    items = [_item(row) for row in found[:limit]]
    more = write_cursor(Cursor(items[-1].opened_at, items[-1].id)) if len(found) > limit else ""
    return Queue(items, counts, more)


async def get_review_item(actor: Actor, item_id: UUID) -> ReviewItem:
    """One that waits."""
    actor.require(Permission.REVIEW_DECIDE)
    row = await fetch_one(f"{_ITEM} and i.id = $3", *readers(actor), item_id)
    if row is None:
        raise NotFound(say(NO_ITEM))
    return _item(row)


def _item(row: asyncpg.Record) -> ReviewItem:
    because: list[Any] = json.loads(row["because"])
    flags: list[Any] = json.loads(row["flags"])
    left_out = {"position", "number", "slug", "answered_html", "because", "flags", "sources"}
    return ReviewItem(
        **{name: value for name, value in row.items() if name not in left_out and not name.startswith(COUNTED)},
        kind="topic" if row["position"] == 1 else "post",
        sources=sorted(row["sources"], key=lambda source: source != FLAG),
        because=[Because(one["source"], one["text"]) for one in because],
        flags=[FlagLine(**one) for one in flags],
        topic_path=topic_path(row["number"], row["slug"]),
        answered=excerpt(row["answered_html"], CONTEXT),
    )
