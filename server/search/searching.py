"""The search page."""

from typing import Any

from litestar import Request, Response, get

from kb.core.actor import Actor
from kb.core.permissions import Permission
from kb.search.searching import search
from server.pages import render
from server.search.noting import note_shown
from server.search.pages import SearchPage
from server.search.suggesting import spend_turn
from server.security.guards import requires
from server.wiring import Services

QUERY_SHOWN = 300


@get("/search", guards=[requires(Permission.TOPIC_READ)])
async def show_search(
    request: Request[Any, Any, Any], actor: Actor, services: Services, q: str = "", page: int = 1
) -> Response[Any]:
    """What is found, or what to do when nothing is."""
    query = " ".join(q.split())[:QUERY_SHOWN]
    if query:
        await spend_turn(request, actor, services)
    results = await search(actor, query, embedder=services.embedder, page=page, ways=services.ways)
    title = f"{query} - search" if query else "Search"
    response = render(request, "search/search.html", SearchPage(title, query, results))
    response.background = note_shown(request, actor, services, results.answer_ids, "search")
    return response
