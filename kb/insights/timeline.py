"""One person's way through the loop, in one order: what they asked, what hurt, what they were told, what they used.

It reads the tables of other rooms in one statement: five lists fetched apart could not be paged in one order.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from kb.answers.addresses import article_path
from kb.core.actor import Actor
from kb.core.database import fetch_all
from kb.core.permissions import Permission
from kb.forum.addresses import topic_path

PAGE = 60


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened. `kind` is topic, ticket, signal, message or use; `detail` says more of it in a word:
    a ticket's state, a signal's route, a message's channel, how an answer was used. `path` is "" where nothing opens."""

    kind: str
    id: UUID
    at: datetime
    title: str
    detail: str
    path: str


_MOMENTS = """
select * from (
    select 'topic' as kind, t.id, t.created_at as at, t.title, s.name as detail, t.number, t.slug
    from topic t join space s on s.id = t.space_id
    where t.author_id = $1 and s.visibility = any($2) and t.hidden_at is null
    union all
    select 'ticket', t.id, t.created_at, t.subject, t.state, t.number, ''
    from ticket t where t.requester_id = $1 and 'private' = any($2)
    union all
    select 'signal', g.id, g.occurred_at, f.label, replace(g.detector, '_', ' ') || ' on ' || f.route, null, ''
    from signal g join friction_point f on f.id = g.friction_point_id
    where g.person_id = $1 and $3
    union all
    select 'message', m.id, m.created_at, m.subject, replace(m.channel, '_', '-') || ', ' || m.state, null, ''
    from message m where m.person_id = $1
    union all
    select 'use', u.id, u.created_at, a.title, replace(u.kind, '_', ' ') || ' in ' || u.surface, r.number, coalesce(r.slug, '')
    from answer_use u join answer a on a.id = u.answer_id
    left join article r on r.id = a.source_id and a.kind = 'article'
    where u.person_id = $1 and u.kind <> 'shown' and a.visibility = any($2)
) moment
where $4::timestamptz is null or (at, id) < ($4, $5)
order by at desc, id desc limit $6
"""
"""Answers merely shown are left out: a page of suggestions would bury the rest."""


async def list_moments(
    actor: Actor, person_id: UUID, *, before: tuple[datetime, UUID] | None = None, limit: int = PAGE
) -> list[Moment]:
    """One page of a person's history, newest first, of what this actor may read; `before` is the last one seen."""
    actor.require(Permission.PERSON_READ)
    moment, last = before or (None, None)
    rows = await fetch_all(
        _MOMENTS, person_id, actor.visibilities, actor.may(Permission.EVENT_READ), moment, last, limit
    )
    return [_moment(row, actor) for row in rows]


def _moment(row: asyncpg.Record, actor: Actor) -> Moment:
    return Moment(row["kind"], row["id"], row["at"], row["title"], row["detail"], _path(row, actor))


def _path(row: asyncpg.Record, actor: Actor) -> str:
    if row["kind"] == "topic":
        return topic_path(row["number"], row["slug"])
    if row["kind"] == "ticket":
        return f"/desk/{row['number']}" if actor.may(Permission.TICKET_ANSWER) else ""
    if row["kind"] == "use" and row["number"]:
        return article_path(row["number"], row["slug"])
    return ""
