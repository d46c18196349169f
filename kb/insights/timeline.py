"""One person's way through the loop, in one order: what they asked, what hurt, what came out, what helped, what they were told.

It reads the tables of other rooms in one statement: lists fetched apart could not be paged in one order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from kb.answers.access import READABLE_ANSWER
from kb.answers.addresses import article_path
from kb.core.actor import Actor
from kb.core.database import fetch_all
from kb.core.errors import Invalid
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.forum.addresses import topic_path

PAGE = 60

KINDS = ("topic", "ticket", "signal", "release", "help", "use", "message")


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened. `kind` is one of KINDS: `help` was shown inside the product, `use` is what was done with an answer.

    `detail` says more of it in a code: a ticket's state, a signal's detector, how an answer was used, what became of a message.
    `place` is where: a space, a route, a surface, a channel. `path` is "" where nothing opens.
    """

    kind: str
    id: UUID
    at: datetime
    title: str
    detail: str
    place: str
    path: str


_ORDER = "and ($4::timestamptz is null or ({at}, {id}) < ($4, $5)) order by {at} desc, {id} desc limit $6"

_PARTS = {
    "topic": """
select 'topic' as kind, t.id, t.created_at as at, t.title, 'asked' as detail, s.name as place, t.number, t.slug
from topic t join space s on s.id = t.space_id
where t.author_id = $2 and s.visibility = any($1) and t.hidden_at is null {t}
""",
    "ticket": """
select 'ticket' as kind, t.id, t.created_at as at, t.subject as title, t.state as detail, t.channel as place, t.number, '' as slug
from ticket t where t.requester_id = $2 and 'private' = any($1) {t}
""",
    "signal": """
select 'signal' as kind, g.id, g.occurred_at as at, f.label as title, g.detector as detail, f.route as place,
    null::bigint as number, '' as slug
from signal g join friction_point f on f.id = g.friction_point_id where g.person_id = $2 and $3 {g}
""",
    "release": """
select 'release' as kind, r.id, r.released_at as at, r.version as title, 'came_out' as detail, '' as place,
    null::bigint as number, '' as slug
from (select version, released_at, md5('release:' || version)::uuid as id from release) r
where r.released_at <= now() and r.released_at >= (select created_at from person where id = $2) {r}
""",
    "help": f"""
select 'help' as kind, h.id, h.at, h.title, 'shown' as detail, 'widget' as place, null::bigint as number, '' as slug from (
    select (array_agg(u.id order by u.created_at desc, u.id desc))[1] as id, max(u.created_at) as at,
        left(string_agg(distinct a.title, ' · '), 200) as title
    from answer_use u join answer a on a.id = u.answer_id
    where u.person_id = $2 and u.kind = 'shown' and u.surface = 'widget' and {READABLE_ANSWER}
    group by date_trunc('minute', u.created_at)
) h where true {{h}}
""",
    "use": f"""
select 'use' as kind, u.id, u.created_at as at, a.title, u.kind as detail, u.surface as place, r.number, coalesce(r.slug, '') as slug
from answer_use u join answer a on a.id = u.answer_id left join article r on r.id = a.source_id and a.kind = 'article'
where u.person_id = $2 and u.kind not in ('shown', 'sent')
    and (u.kind <> 'inserted' or coalesce(u.ticket_id, u.topic_id) is null) and {READABLE_ANSWER} {{u}}
""",
    "message": """
select 'message' as kind, m.id, m.created_at as at, m.subject as title, m.state as detail, m.channel as place, null::bigint as number,
    '' as slug from message m where m.person_id = $2 {m}
""",
}
"""Each with the condition, order and limit of a page to be put in. What was merely shown is told once a minute and only of help inside
the product: a page of suggestions would bury the rest. What an agent inserted is told when it was sent."""

_AT = {"t": ("t.created_at", "t.id"), "g": ("g.occurred_at", "g.id"), "r": ("r.released_at", "r.id"), "h": ("h.at", "h.id"),
       "u": ("u.created_at", "u.id"), "m": ("m.created_at", "m.id")}  # fmt: skip
_PAGED = {letter: _ORDER.format(at=at, id=id_) for letter, (at, id_) in _AT.items()}


async def list_moments(
    actor: Actor,
    person_id: UUID,
    *,
    kinds: Sequence[str] = (),
    before: tuple[datetime, UUID] | None = None,
    limit: int = PAGE,
) -> list[Moment]:
    """One page of a person's history, newest first, of what this actor may read; `before` is the last one seen.

    Of all kinds, or of some. Raises `Invalid` for a kind there is not.
    """
    actor.require(Permission.PERSON_READ)
    if not set(kinds) <= set(KINDS):
        raise Invalid(say("There is no such filter."), {"kind": say("One of {known}.", known=", ".join(KINDS))})
    moment, last = before or (None, None)
    parts = ") union all (".join(_PARTS[kind].format(**_PAGED) for kind in KINDS if not kinds or kind in kinds)
    rows = await fetch_all(
        f"select * from (({parts})) moment where $1::text[] is not null and $2::uuid is not null and $3::boolean is not null"
        " order by at desc, id desc limit $6",
        actor.visibilities,
        person_id,
        actor.may(Permission.EVENT_READ),
        moment,
        last,
        limit,
    )
    return [_moment(row, actor) for row in rows]


def _moment(row: asyncpg.Record, actor: Actor) -> Moment:
    return Moment(
        row["kind"], row["id"], row["at"], row["title"], row["detail"], row["place"], _path(row, actor)
    )  # fmt: skip


def _path(row: asyncpg.Record, actor: Actor) -> str:
    if row["kind"] == "topic":
        return topic_path(row["number"], row["slug"])
    if row["kind"] == "ticket":
        return f"/desk/{row['number']}" if actor.may(Permission.TICKET_ANSWER) else ""
    if row["kind"] == "use" and row["number"]:
        return article_path(row["number"], row["slug"])
    return ""
