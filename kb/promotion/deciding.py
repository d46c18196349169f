"""Accepting a proposal, or dismissing it for good: until twice as many people ask."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from kb.answers.drafting import DraftedArticle
from kb.answers.promoting import draft_article
from kb.clusters.audiences import READABLE_QUESTION, SOURCES
from kb.core.actor import SYSTEM, Actor
from kb.core.database import execute, fetch_value
from kb.core.errors import Conflict, NotFound
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work
from kb.product.filing import file_issue
from kb.promotion.access import access_promotion, check_open
from kb.promotion.gathering import list_sources
from kb.promotion.rules import ACCEPTED, ARTICLE, DISMISSED, ISSUE, check_reason

_VOLUME = (
    f"(select count(distinct q.person_id) from question q{SOURCES} where q.cluster_id = cluster_heir(p.cluster_id)"
    f" and {READABLE_QUESTION})"
)


@dataclass(frozen=True, slots=True)
class IssueWanted:
    """How the issue is to be filed; "" as title leaves the pain's own."""

    tracker: str = "board"
    title: str = ""


async def accept_as_article(
    actor: Actor, promotion_id: UUID, *, title: str = "", answer_ids: Sequence[UUID] | None = None
) -> DraftedArticle:
    """Draft the article from the answers chosen, the best first; without a choice from all that would be offered.

    Nothing is before readers yet: the draft goes its way through review. Interrupted between draft and note, doing it again
    leads to the same draft. Raises `NotFound` where none of the answers chosen is of this cluster any more.
    """
    promotion = await access_promotion(actor, promotion_id)
    if promotion.kind != ARTICLE:
        raise NotFound(say("This proposal is no article."))
    check_open(promotion)
    offered = [one.id for one in await list_sources(actor, promotion.cluster_id, promotion.answer_id)]
    chosen = [one for one in offered if answer_ids is None or one in answer_ids]
    if not chosen:
        raise NotFound(say("None of these answers stands any more."))
    drafted = await draft_article(actor, chosen[0], chosen[1:], title=title)
    await _settle(actor, promotion_id, ACCEPTED, article_id=drafted.id)
    return drafted


async def accept_as_issue(actor: Actor, promotion_id: UUID, wanted: IssueWanted, *, base_url: str) -> int:
    """File the issue with its evidence; returns its number. `Conflict` where one of the cluster is open already."""
    promotion = await access_promotion(actor, promotion_id)
    if promotion.kind != ISSUE:
        raise NotFound(say("This proposal is no issue."))
    check_open(promotion)
    number = await file_issue(
        actor, promotion.cluster_id, tracker=wanted.tracker, base_url=base_url, title=wanted.title
    )
    issue_id = await fetch_value("select id from issue where number = $1", number)
    await _settle(actor, promotion_id, ACCEPTED, issue_id=issue_id)
    return number


async def dismiss_promotion(actor: Actor, promotion_id: UUID, *, reason: str) -> None:
    """Not wanted, and why. It comes back when twice as many people have asked as now. `Conflict` where it was settled already."""
    reason = check_reason(reason)
    await access_promotion(actor, promotion_id)
    if not await _settle(actor, promotion_id, DISMISSED, reason=reason):
        raise Conflict(say("This proposal was settled already."))


async def _settle(
    actor: Actor,
    promotion_id: UUID,
    state: str,
    *,
    reason: str = "",
    article_id: UUID | None = None,
    issue_id: UUID | None = None,
) -> bool:
    """One that a job found overtaken between the deed and this note was accepted all the same."""
    from_states = ["open", "overtaken"] if state == ACCEPTED else ["open"]
    async with unit_of_work(actor) as unit:
        touched = await execute(
            f"update promotion p set state = $3, decided_at = $4, decided_by = $5, reason = $6, volume = greatest(1, {_VOLUME}),"
            " article_id = $7, issue_id = $8 where p.id = $2 and p.state = any($9::text[])",
            SYSTEM.visibilities,
            promotion_id,
            state,
            unit.now,
            actor.person_id,
            reason,
            article_id,
            issue_id,
            from_states,
        )
        if touched:
            unit.audit(
                f"promotion.{'accept' if state == ACCEPTED else 'dismiss'}",
                "promotion",
                promotion_id,
                reason=reason,
                article_id=article_id,
                issue_id=issue_id,
            )
    return touched == 1
