"""Fetching a proposal is the permission check: those who may not decide of its kind may not see that there is one."""

from dataclasses import dataclass
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import fetch_one
from kb.core.errors import Conflict, NotFound
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.promotion.rules import ARTICLE, ISSUE, OPEN

DECIDED_BY = {ARTICLE: Permission.ARTICLE_DRAFT, ISSUE: Permission.ISSUE_FILE}
"""Whoever may write the article, or file the issue, decides whether it is wanted."""


@dataclass(frozen=True, slots=True)
class PromotionFacts:
    """What decisions need to know of a proposal; the cluster is the one that lives."""

    id: UUID
    kind: str
    state: str
    cluster_id: UUID
    answer_id: UUID


async def access_promotion(actor: Actor, promotion_id: UUID) -> PromotionFacts:
    """The proposal, if the actor may decide it. Inside a unit of work its row is locked until the end."""
    actor.require(Permission.CLUSTER_READ)
    row = await fetch_one(
        "select id, kind, state, cluster_heir(cluster_id) as cluster_id, answer_id from promotion where id = $1 for no key update",
        promotion_id,
    )
    if row is None or not actor.may(DECIDED_BY[row["kind"]]):
        raise NotFound(say("There is no such proposal, or it is not yours to decide."))
    return PromotionFacts(**row)


def check_open(found: PromotionFacts) -> None:
    """Raises `Conflict` for one that somebody has decided, or that was overtaken."""
    if found.state != OPEN:
        raise Conflict(say("This proposal was settled already."))
