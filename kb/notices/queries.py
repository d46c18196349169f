"""Reading one's own notices. Whether each may still be read is part of the statement: what was hidden since is nowhere."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from kb.answers.addresses import article_path
from kb.clusters.duplicates.queries import readable_side
from kb.core.actor import Actor
from kb.core.cursors import Cursor, read_cursor, write_cursor
from kb.core.database import fetch_all, fetch_value
from kb.forum.access import READABLE_POST, READABLE_TOPIC, readers
from kb.forum.addresses import post_path, topic_path
from kb.moderation.outcomes import CONCERNED, OF_A_REVIEW
from kb.notices.rules import PUBLISHED
from kb.notices.watching import require_reader
from kb.text.plain import plain_from_html
from kb.tickets.access import may_answer

PAGE = 50

COUNTED = 99
"""The bell counts to here; more is "99+" to everybody."""

EXCERPT = 200
"""Characters of a post beside its notice."""

READABLE = f"""
    left join (topic t join space s on s.id = t.space_id) on t.id = n.topic_id
    left join post p on p.id = n.post_id
    left join lateral (
        select d.id, d.state, alias.number as alias_number, alias.title as alias_title, d.alias_kind,
            original.number as original_number, original.title as original_title, d.original_kind,
            coalesce((select author_id from topic where id = d.alias_id), (select requester_id from ticket where id = d.alias_id)) as asker
        from duplicate d{readable_side("alias")}{readable_side("original")} where d.id = n.duplicate_id
    ) du on true
    {OF_A_REVIEW.format(decision="n.decision_id")}
    left join article na on na.id = n.article_id and na.visibility = any($1)
        and case n.kind when 'published' then na.state = 'published' else $4 end
    left join ticket nt on nt.id = n.ticket_id and $4
    left join article_return nr on nr.id = case when n.kind = 'article' then split_part(n.thing, ':', 2)::uuid end
    where n.person_id = $3
    and (du.id is not null or na.id is not null or nt.id is not null or {CONCERNED.format(person="$3")}
        or (n.duplicate_id is null and n.decision_id is null and n.article_id is null
        and n.ticket_id is null and {READABLE_TOPIC}
        and (n.post_id is null or (p.id is not null and {READABLE_POST}))))
"""
"""Notices `n` of the person $3 that they may read now; $1 to $4 are `reading_rights(actor)`."""


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A notice as its reader sees it. `actor` is who did it, "" where nobody in particular; `excerpt` is plain text."""

    id: UUID
    kind: str
    happened: str
    topic_id: UUID | None
    title: str
    excerpt: str
    actor: str
    path: str
    original_title: str
    original_path: str
    duplicate_id: UUID | None
    decision_id: UUID | None
    article_id: UUID | None
    ticket_id: UUID | None
    may_contest: bool
    is_own_post: bool
    created_at: datetime
    is_unseen: bool

    @property
    def is_alone(self) -> bool:
        """Whether it stands for itself and not in the course of a topic."""
        return bool(self.decision_id or self.article_id or self.ticket_id)


@dataclass(frozen=True, slots=True)
class NoticeList:
    """Newest first, and the cursor of the next page ("" at the end)."""

    notices: list[NoticeView]
    next_cursor: str


NOTICE = (
    "select n.id, n.kind, n.thing, n.topic_id, n.post_id, n.duplicate_id, n.created_at, n.seen_at, t.title, t.number, t.slug,"
    " left(p.body_html, 4000) as html, p.author_id, case when n.decision_id is null then coalesce(a.name, '') else '' end as actor,"
    " du.state, du.alias_kind, du.alias_number,"
    " du.alias_title, du.original_kind, du.original_number, du.original_title, du.asker, n.decision_id, rd.decision,"
    " case when rp.author_id = n.person_id then rd.told end as told,"
    " rt.title as review_title, rp.author_id = n.person_id as is_own_review, rp.hidden_at is null and rt.hidden_at is null as in_sight,"
    " n.article_id, na.number as article_number, na.slug as article_slug, na.title as article_title, nr.reason as returned_because,"
    " n.ticket_id, nt.number as ticket_number, nt.subject as ticket_subject,"
    " case when n.kind = 'reminder' then (select b.note from bookmark b where b.person_id = n.person_id and b.post_id = n.post_id) end"
    " as note from notice n left join person a on a.id = n.actor_id"
)


async def list_notices(actor: Actor, *, only_unseen: bool = False, cursor: str = "", limit: int = PAGE) -> NoticeList:
    """One page of what the reader was told. Raises `Invalid` for a cursor that is none of ours."""
    person_id = require_reader(actor)
    before = read_cursor(cursor)
    limit = max(1, min(limit, PAGE))
    rows = await fetch_all(
        f"{NOTICE}{READABLE} and n.in_app and (not $5 or n.seen_at is null) and ($6::uuid is null or n.id < $6)"
        " order by n.id desc limit $7",
        *reading_rights(actor, person_id),
        only_unseen,
        before.id if before else None,
        limit + 1,
    )
    notices = [as_view(row, person_id) for row in rows[:limit]]
    more = write_cursor(Cursor(notices[-1].created_at, notices[-1].id)) if len(rows) > limit else ""
    return NoticeList(notices, more)


async def list_fresh(actor: Actor, after: UUID) -> list[NoticeView]:
    """Unseen notices made after this one, oldest first: what an open page has not shown yet."""
    person_id = require_reader(actor)
    rows = await fetch_all(
        f"{NOTICE}{READABLE} and n.in_app and n.seen_at is null and n.id > $5 order by n.id limit 20",
        *reading_rights(actor, person_id),
        after,
    )
    return [as_view(row, person_id) for row in rows]


async def count_unseen(actor: Actor) -> int:
    """How many wait to be seen, `COUNTED` at most."""
    person_id = require_reader(actor)
    return int(
        await fetch_value(
            f"select count(*) from (select 1 from notice n{READABLE} and n.in_app and n.seen_at is null limit {COUNTED}) u",
            *reading_rights(actor, person_id),
        )
    )


def reading_rights(actor: Actor, person_id: UUID) -> tuple[list[str], bool, UUID, bool]:
    """The first four parameters of every statement that holds `READABLE`."""
    return (*readers(actor), person_id, may_answer(actor))


def as_view(row: asyncpg.Record, person_id: UUID) -> NoticeView:
    """A row of `NOTICE` for its reader."""
    happened = row["decision"] or (row["thing"].rpartition(":")[2] if row["duplicate_id"] or row["ticket_id"] else "")
    told = row["told"] or row["returned_because"] or ""
    text = row["note"] or (" ".join(plain_from_html(row["html"]).split()) if row["html"] else told)
    return NoticeView(
        id=row["id"],
        kind=row["kind"],
        happened=happened,
        topic_id=row["topic_id"],
        title=_title(row),
        excerpt=text if len(text) <= EXCERPT else text[:EXCERPT].rstrip() + "…",
        actor=row["actor"],
        path=_path(row),
        original_title=row["original_title"] or "",
        original_path=_side_path(row["original_kind"], row["original_number"]),
        duplicate_id=row["duplicate_id"],
        decision_id=row["decision_id"],
        article_id=row["article_id"],
        ticket_id=row["ticket_id"],
        may_contest=happened in ("marked", "confirmed") and row["state"] == happened and row["asker"] == person_id,
        is_own_post=row["author_id"] == person_id or bool(row["is_own_review"]),
        created_at=row["created_at"],
        is_unseen=row["seen_at"] is None,
    )


def _title(row: asyncpg.Record) -> str:
    """Of what was hidden its author alone still reads the title."""
    if row["decision_id"]:
        return row["review_title"] if row["in_sight"] or row["is_own_review"] else ""
    if row["article_id"] or row["ticket_id"]:
        return str(row["article_title"] or f"#{row['ticket_number']} {row['ticket_subject']}")
    title: str = row["alias_title"] if row["duplicate_id"] else row["title"]
    return title


def _path(row: asyncpg.Record) -> str:
    if row["decision_id"]:
        return f"/reviews/{row['decision_id']}"
    if row["article_id"]:
        number = row["article_number"]
        return article_path(number, row["article_slug"]) if row["kind"] == PUBLISHED else f"/kb/{number}/edit"
    if row["ticket_id"]:
        return f"/desk/{row['ticket_number']}"
    if row["duplicate_id"]:
        return _side_path(row["alias_kind"], row["alias_number"])
    if row["kind"] == "topic":
        return topic_path(row["number"], row["slug"])
    return post_path(row["post_id"]) if row["post_id"] else topic_path(row["number"], row["slug"])


def _side_path(kind: str | None, number: int | None) -> str:
    return f"/{'t' if kind == 'topic' else 'tickets'}/{number}" if number else ""
