"""What is known of answers for somebody at a place: whether they held for others with this very pain, their language, their release."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from kb.answers.rules import DURABLE_AFTER
from kb.answers.versions import BEST_FIRST, in_their_language
from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.database import fetch_all
from kb.signals.rules import ASKED_AFTER_SIGNAL

HURT_AGAIN_AFTER = timedelta(minutes=10)
"""Clicks that still go on while they read are the pain they came with, not a sign that the answer failed."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """`held` and `failed` count people who met this pain within a day before they used the answer.

    It held for whoever did not meet the pain again within seven days, or said that it is solved; it failed who did.
    `language` is "" where it is not known, `verified_for` None where nobody checked the answer for a release.
    """

    held: int = 0
    failed: int = 0
    language: str = ""
    verified_for: str | None = None


_EVIDENCE = """
with here as (
    select a.id as answer_id, array_agg(l.friction_point_id) as points from answer a
    join friction_cluster l on l.cluster_id = a.cluster_id and l.friction_point_id = any($3::uuid[])
    where a.id = any($2::uuid[]) group by a.id
), used as (
    select u.answer_id, h.points, u.person_id, u.kind, u.created_at from here h
    -- a few rows out of long tables: `offset 0` keeps the planner from reading them whole
    cross join lateral (select * from answer_use l where l.answer_id = h.answer_id and l.kind <> 'shown' offset 0) u
    join lateral (select o.role from person o where o.id = u.person_id offset 0) p on p.role = 'member'
    where exists (select from signal s where s.person_id = u.person_id and s.friction_point_id = any(h.points)
        and s.occurred_at between u.created_at - $6::interval and u.created_at)
), judged as (
    select u.answer_id, u.person_id, bool_or(u.kind = 'said_solved' or u.created_at <= $4::timestamptz - $5::interval) as ended,
        bool_or(u.kind in ('reopened', 're_asked') or exists (select from signal s where s.person_id = u.person_id
            and s.friction_point_id = any(u.points) and s.occurred_at > u.created_at + $7::interval
            and s.occurred_at <= u.created_at + $5::interval)) as failed
    from used u group by u.answer_id, u.person_id
), tally as (
    select answer_id, count(*) filter (where ended and not failed) as held, count(*) filter (where failed) as failed
    from judged group by answer_id
)
select a.id, coalesce(t.held, 0) as held, coalesce(t.failed, 0) as failed,
    coalesce(v.language, p.language, '') as language, v.verified_for
from answer a
left join tally t on t.answer_id = a.id
left join post p on a.kind = 'post' and p.id = a.source_id
left join lateral (select ar.language, ar.verified_for from article ar where a.kind = 'article' and ar.family_id = a.source_id
    and ar.state = 'published' and ar.visibility = any($1) order by {best_first} limit 1) v on true
where a.id = any($2::uuid[])
"""


async def read_evidence(reader: Actor, answer_ids: Sequence[UUID], point_ids: Sequence[UUID]) -> dict[UUID, Evidence]:
    """In one statement, by answer. Without friction points nobody is known to have had this pain."""
    if not answer_ids:
        return {}
    rows = await fetch_all(
        in_their_language(_EVIDENCE.format(best_first=BEST_FIRST), reader),
        reader.visibilities,
        list(answer_ids),
        list(point_ids),
        now(),
        DURABLE_AFTER,
        ASKED_AFTER_SIGNAL,
        HURT_AGAIN_AFTER,
    )
    return {row["id"]: Evidence(row["held"], row["failed"], row["language"], row["verified_for"]) for row in rows}
