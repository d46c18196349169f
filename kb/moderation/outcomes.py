"""What came of a review, as its author and those who flagged may read it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import fetch_one
from kb.core.errors import NotFound
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.forum.access import READABLE_POST, READABLE_TOPIC, readers
from kb.forum.addresses import post_path
from kb.screening.holding import WAS_HELD

OF_A_REVIEW = (
    " left join review_decision rd on rd.id = {decision} left join post rp on rp.id = rd.post_id"
    " left join topic rt on rt.id = rp.topic_id left join space rs on rs.id = rt.space_id"
)
"""Joins a decision with what it was about."""

CONCERNED = (
    "(rd.undone_at is null and rs.visibility = any($1) and (rp.author_id = {person}"
    " or exists (select from flag rf where rf.item_id = rd.item_id and rf.person_id = {person})))"
)
"""Whether it is that person's affair: they wrote it or flagged it, and may read its space still."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A decision for whoever it concerns. The text is the author's own and shown to nobody else; `path` is "" where it is hidden.
    `was_held`: it had waited since it was written, and nobody had seen it."""

    id: UUID
    decision: str
    told: str
    is_own: bool
    was_held: bool
    title: str
    html: str
    path: str
    decided_at: datetime


async def get_outcome(actor: Actor, decision_id: UUID) -> Outcome:
    """Raises `NotFound` for everybody else, and once the decision was undone."""
    actor.require(Permission.NOTICE_READ)
    row = await fetch_one(
        "select rd.id, rd.decision, case when rp.author_id = $3 then rd.told else '' end as told, rp.author_id = $3 as is_own,"
        f" {WAS_HELD.format(post='rp.id', at='rd.decided_at')} as was_held,"
        f" rt.title, case when rp.author_id = $3 then rp.body_html else '' end as html, rp.id as post_id, rd.decided_at,"
        f" ({READABLE_TOPIC.replace('s.', 'rs.').replace('t.', 'rt.')} and {READABLE_POST.replace('p.', 'rp.')}) as is_readable"
        f" from (select $4::uuid as id) asked{OF_A_REVIEW.format(decision='asked.id')}"
        f" where {CONCERNED.format(person='$3')}",
        *readers(actor),
        actor.person_id,
        decision_id,
    )
    if row is None:
        raise NotFound(say("There is no such decision, or it does not concern you."))
    shows = row["is_readable"] or row["is_own"]
    return Outcome(
        id=row["id"],
        decision=row["decision"],
        told=row["told"],
        is_own=row["is_own"],
        was_held=row["was_held"],
        title=row["title"] if shows else "",
        html=row["html"],
        path=post_path(row["post_id"]) if row["is_readable"] else "",
        decided_at=row["decided_at"],
    )
