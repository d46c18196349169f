"""Proposals for programs: /api/v1/promotions."""

from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from litestar import get, post, put

from kb.core.actor import Actor
from kb.core.cursors import read_cursor, write_cursor
from kb.core.permissions import Permission
from kb.promotion.deciding import IssueWanted, accept_as_article, accept_as_issue, dismiss_promotion
from kb.promotion.queries import PromotionView, list_promotions
from server.answers.api_writing import DraftedOut
from server.lists import CursorIn, Items, LimitIn, check_limit, items_of
from server.promotion.whole import WholePromotionOut, read_whole
from server.security.guards import requires
from server.wiring import Services

READ = [requires(Permission.CLUSTER_READ)]


@dataclass(frozen=True, slots=True)
class ArticleWantedIn:
    """The answers to draft from, the best first whatever the order here; null for all. "" leaves the best answer's title."""

    title: str = ""
    answer_ids: list[UUID] | None = field(default=None)


@dataclass(frozen=True, slots=True)
class IssueWantedIn:
    """Where it is filed; "" leaves the pain's own title."""

    tracker: Literal["board", "github"] = "board"
    title: str = ""


@dataclass(frozen=True, slots=True)
class FiledOut:
    """The issue's number."""

    number: int


@dataclass(frozen=True, slots=True)
class DismissalIn:
    """Why it is not wanted: for whoever looks when it comes back."""

    reason: str


@get("/api/v1/promotions", guards=READ)
async def api_list_promotions(
    actor: Actor,
    only: Literal["open", "accepted", "dismissed", "overtaken"] = "open",
    kind: Literal["", "article", "issue"] = "",
    cursor: CursorIn = "",
    limit: LimitIn = 50,
) -> Items[PromotionView]:
    """Proposals the caller may decide, the newest first: articles with `article:draft`, issues with `issue:file`."""
    found = await list_promotions(actor, state=only, kind=kind, after=read_cursor(cursor), limit=check_limit(limit))
    return items_of(found.promotions, write_cursor(found.next) if found.next else None, lambda one: one)


@get("/api/v1/promotions/{promotion_id:uuid}", guards=READ)
async def api_get_promotion(actor: Actor, promotion_id: UUID) -> WholePromotionOut:
    """One proposal, with what it rests on."""
    return await read_whole(actor, promotion_id)


@post("/api/v1/promotions/{promotion_id:uuid}/article", guards=[requires(Permission.ARTICLE_DRAFT)])
async def api_accept_as_article(actor: Actor, promotion_id: UUID, data: ArticleWantedIn) -> DraftedOut:
    """Draft the article, personal data masked; readers see nothing before it is published. 409 where the proposal was settled."""
    drafted = await accept_as_article(actor, promotion_id, title=data.title, answer_ids=data.answer_ids)
    return DraftedOut(drafted.number, 1)


@post("/api/v1/promotions/{promotion_id:uuid}/issue", guards=[requires(Permission.ISSUE_FILE)])
async def api_accept_as_issue(actor: Actor, services: Services, promotion_id: UUID, data: IssueWantedIn) -> FiledOut:
    """File the issue with its evidence. 409 where the proposal was settled, or an issue of the problem is open."""
    wanted = IssueWanted(data.tracker, data.title)
    return FiledOut(await accept_as_issue(actor, promotion_id, wanted, base_url=services.settings.base_url))


@put("/api/v1/promotions/{promotion_id:uuid}/dismissal", guards=READ)
async def api_dismiss_promotion(actor: Actor, promotion_id: UUID, data: DismissalIn) -> WholePromotionOut:
    """Dismiss it; it comes back only when twice as many people ask. 409 where it was settled already."""
    await dismiss_promotion(actor, promotion_id, reason=data.reason)
    return await read_whole(actor, promotion_id)


ROUTES: list[Any] = [
    api_list_promotions,
    api_get_promotion,
    api_accept_as_article,
    api_accept_as_issue,
    api_dismiss_promotion,
]
