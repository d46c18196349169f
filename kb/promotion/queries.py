"""Reading proposals. What a role may not decide it does not see; figures are shown as they stood and as they stand."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kb.answers.addresses import article_path
from kb.clusters.audiences import LABEL, READABLE_QUESTION, SOURCES
from kb.core.actor import Actor
from kb.core.cursors import Cursor
from kb.core.database import fetch_all, fetch_value
from kb.core.errors import NotFound
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.promotion.access import DECIDED_BY
from kb.promotion.rules import OPEN

PAGE = 50


@dataclass(frozen=True, slots=True)
class PromotionView:
    """A proposal. `stayed` of `used` people stayed solved, `asked` people asked though an answer stood, of which `met` saw one: as
    they stood when it was proposed; `people` have asked by now. `decided_by` and `reason` are of the last decision, of an open
    proposal that of the time before. `outcome_path` leads to the draft or the issue."""

    id: UUID
    kind: str
    state: str
    cluster_id: UUID
    cluster_number: int
    label: str
    answer_id: UUID
    stayed: int
    used: int
    asked: int
    met: int
    people: int
    proposed_at: datetime
    decided_at: datetime | None
    decided_by: str
    reason: str
    outcome_path: str


@dataclass(frozen=True, slots=True)
class PromotionList:
    """A page of the queue and where it goes on."""

    promotions: tuple[PromotionView, ...]
    next: Cursor | None


_SELECT = f"""
select p.id, p.kind, p.state, c.id as cluster_id, c.number as cluster_number, {LABEL} as label, p.answer_id, p.why, p.proposed_at,
    p.decided_at, coalesce(who.name, '') as decided_by, p.reason, ar.number as article_number, ar.slug, i.number as issue_number,
    (select count(distinct q.person_id) from question q{SOURCES} where q.cluster_id = c.id and {READABLE_QUESTION})::int as people
from promotion p join cluster c on c.id = cluster_heir(p.cluster_id)
left join person who on who.id = p.decided_by left join article ar on ar.id = p.article_id left join issue i on i.id = p.issue_id
where p.kind = any($2::text[])
"""


def _kinds(actor: Actor) -> list[str]:
    actor.require(Permission.CLUSTER_READ)
    return [kind for kind, permission in DECIDED_BY.items() if actor.may(permission)]


async def list_promotions(
    actor: Actor, *, state: str = OPEN, kind: str = "", after: Cursor | None = None, limit: int = PAGE
) -> PromotionList:
    """Proposals in this state that the actor may decide, the newest first; of one kind where it is named."""
    kinds = [one for one in _kinds(actor) if kind in ("", one)]
    moment, id_ = after or (None, None)
    rows = await fetch_all(
        f"{_SELECT} and p.state = $3 and ($4::timestamptz is null or (p.proposed_at, p.id) < ($4, $5::uuid))"
        " order by p.proposed_at desc, p.id desc limit $6",
        actor.visibilities,
        kinds,
        state,
        moment,
        id_,
        limit + 1,
    )
    found = tuple(_view(row) for row in rows[:limit])
    return PromotionList(found, Cursor(found[-1].proposed_at, found[-1].id) if len(rows) > limit else None)


async def count_open_promotions(actor: Actor) -> int:
    """How many wait for somebody like this actor."""
    return int(
        await fetch_value(
            "select count(*) from promotion where state = 'open' and kind = any($1::text[])", _kinds(actor)
        )
    )


async def get_promotion(actor: Actor, promotion_id: UUID) -> PromotionView:
    """One proposal. Raises `NotFound` for one that is not the actor's to decide."""
    rows = await fetch_all(f"{_SELECT} and p.id = $3", actor.visibilities, _kinds(actor), promotion_id)
    if not rows:
        raise NotFound(say("There is no such proposal, or it is not yours to decide."))
    return _view(rows[0])


def _view(row: Any) -> PromotionView:
    why = json.loads(row["why"])
    return PromotionView(
        **{key: row[key] for key in _PLAIN},
        stayed=why.get("stayed", 0),
        used=why.get("used", 0),
        asked=why.get("asked", 0),
        met=why.get("met", 0),
        outcome_path=_outcome_path(row),
    )


def _outcome_path(row: Any) -> str:
    if row["article_number"]:
        return article_path(row["article_number"], row["slug"])
    return f"/issues/{row['issue_number']}" if row["issue_number"] else ""


_PLAIN = (
    "id", "kind", "state", "cluster_id", "cluster_number", "label", "answer_id", "people", "proposed_at", "decided_at", "decided_by",
    "reason",
)  # fmt: skip
