"""Related articles, for programs: /api/v1/articles/{number}/related."""

from dataclasses import dataclass
from typing import Any

from litestar import Request, get

from kb.answers.access import find_article_id
from kb.articles.relating import list_related
from kb.core.actor import Actor
from kb.core.permissions import Permission
from server.lists import CursorIn, Items, LimitIn, listed
from server.security.guards import requires
from server.wiring import Services


@dataclass(frozen=True, slots=True)
class RelatedOut:
    """A related article; `url` is absolute."""

    number: int
    title: str
    url: str


@get("/api/v1/articles/{number:int}/related", guards=[requires(Permission.ARTICLE_READ)])
async def api_list_related(
    request: Request[Any, Any, Any],
    actor: Actor,
    services: Services,
    number: int,
    cursor: CursorIn = "",
    limit: LimitIn = 50,
) -> Items[RelatedOut]:
    """At most four, the nearest first: of the same cluster, else of the category, else of shared words."""
    found = await list_related(actor, await find_article_id(actor, number))
    base = services.settings.base_url
    rows = [RelatedOut(one.number, one.title, base + one.path) for one in found]
    return listed(rows, lambda one: str(one.number), cursor=cursor, limit=limit)
