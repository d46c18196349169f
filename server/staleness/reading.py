"""Articles that need a look, by page and by API."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import Request, Response, get

from kb.answers.article_lists import count_drafts
from kb.core.actor import Actor
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.staleness.queries import StaleArticle, get_stale, list_stale
from kb.staleness.rows import EvidenceRows, get_evidence_rows
from server.answers.pages import NEEDS_A_LOOK
from server.lists import CursorIn, Items, LimitIn, part_of
from server.pages import render
from server.security.guards import requires
from server.staleness.pages import EvidencePage, StalePage

DRAFT = [requires(Permission.ARTICLE_DRAFT)]
ROWS = [requires(Permission.ARTICLE_DRAFT), requires(Permission.PERSON_READ)]


@dataclass(frozen=True, slots=True)
class EvidenceOut:
    """One kind of evidence: asked_again, rewritten, contradicted, shipped or drifted. `detail` holds the figures of `words`."""

    kind: str
    strength: float
    words: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StaleOut:
    """`failure` is the share of people it lets down as far as that is sure, `traffic` its readings and replies of ninety days, `weight`
    their product. `revision` is what readers see: what a verification names."""

    number: int
    title: str
    revision: int
    verified_at: datetime | None
    verified_for: str | None
    failure: float
    traffic: int
    weight: float
    measured_at: datetime
    evidence: list[EvidenceOut]


@dataclass(frozen=True, slots=True)
class WholeEvidenceOut:
    """An article with the rows behind every figure that speaks against it."""

    article: StaleOut
    rows: EvidenceRows


@get("/kb/needs-a-look", guards=DRAFT)
async def show_stale(request: Request[Any, Any, Any], actor: Actor) -> Response[Any]:
    """What does not hold any more, by evidence."""
    articles = await list_stale(actor)
    counts = {**await count_drafts(actor), NEEDS_A_LOOK: len(articles)}
    return render(request, "staleness/stale.html", StalePage(say("Articles that need a look"), articles, counts))


@get("/kb/{number:int}/evidence", guards=ROWS)
async def show_evidence(request: Request[Any, Any, Any], actor: Actor, number: int) -> Response[Any]:
    """The rows behind the figures of one article."""
    article = await get_stale(actor, number)
    page = EvidencePage(say("Evidence: {title}", title=article.title), article, await get_evidence_rows(actor, article))
    return render(request, "staleness/evidence.html", page)


@get("/api/v1/stale-articles", guards=DRAFT)
async def api_list_stale(actor: Actor, cursor: CursorIn = "", limit: LimitIn = 50) -> Items[StaleOut]:
    """Published articles that need a look, the most people let down first; what was checked since it was measured is not among them."""
    return part_of(await list_stale(actor), _out, lambda one: str(one.id), cursor=cursor, limit=limit)


@get("/api/v1/articles/{number:int}/evidence", guards=ROWS)
async def api_get_evidence(actor: Actor, number: int) -> WholeEvidenceOut:
    """What speaks against an article, with its rows. 404 where nothing does."""
    article = await get_stale(actor, number)
    return WholeEvidenceOut(_out(article), await get_evidence_rows(actor, article))


def _out(one: StaleArticle) -> StaleOut:
    return StaleOut(
        one.number,
        one.title,
        one.revision,
        one.verified_at,
        one.verified_for,
        one.failure,
        one.traffic,
        one.weight,
        one.measured_at,
        [EvidenceOut(each.kind, each.strength, each.words, each.detail) for each in one.evidence],
    )


STALENESS_ROUTES: list[Any] = [show_stale, show_evidence, api_list_stale, api_get_evidence]
