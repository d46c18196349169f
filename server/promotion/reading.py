"""The queue of proposals, and one of them."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Request, Response, get

from kb.core.actor import Actor
from kb.core.cursors import read_cursor, write_cursor
from kb.core.errors import NotFound
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.promotion.queries import count_open_promotions, list_promotions
from kb.promotion.rules import OPEN, STATES
from server.pages import render
from server.promotion.pages import PromotionPage, PromotionsPage, promotions_path
from server.promotion.whole import read_whole
from server.security.guards import requires

READ = [requires(Permission.CLUSTER_READ)]


@get("/promotions", guards=READ)
async def show_promotions(
    request: Request[Any, Any, Any], actor: Actor, only: str = OPEN, cursor: str = ""
) -> Response[Any]:
    """What crossed and waits to be decided, or was."""
    if only not in STATES:
        raise NotFound(say("There is no such list."))
    found = await list_promotions(actor, state=only, after=read_cursor(cursor))
    older = f"/promotions?{urlencode({'only': only, 'cursor': write_cursor(found.next)})}" if found.next else ""
    page = PromotionsPage(
        say("Promotions"), found.promotions, only, await count_open_promotions(actor), older, not cursor
    )
    return render(request, "promotion/promotions.html", page)


@get("/promotions/{promotion_id:uuid}", guards=READ)
async def show_promotion(request: Request[Any, Any, Any], actor: Actor, promotion_id: UUID) -> Response[Any]:
    """One proposal, with all that is needed to decide it."""
    return await show_again(request, actor, promotion_id, {})


async def show_again(
    request: Request[Any, Any, Any],
    actor: Actor,
    promotion_id: UUID,
    typed: Mapping[str, Any],
    errors: Mapping[str, str] | None = None,
    *,
    status: int = 200,
) -> Response[Any]:
    """The proposal with what was `typed`: fields of its page."""
    found, settings = await read_whole(actor, promotion_id), request.app.state.services.settings
    page = PromotionPage(
        found.promotion.label or say("A cluster without a name"),
        found.promotion,
        found.sources,
        found.preview,
        found.held,
        found.asked,
        found.met,
        github=bool(settings["GITHUB_REPOSITORY"] and settings["GITHUB_TOKEN"]),
        **typed,
        errors=errors or {},
    )
    return render(request, "promotion/promotion.html", page, status=status)


def back_to_queue() -> str:
    """Where one goes on after a decision."""
    return promotions_path(OPEN)
