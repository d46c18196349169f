"""The search page."""

from typing import Any

from litestar import Request, Response, get

from kb.core.actor import Actor
from kb.core.errors import TooMany
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.search.searching import MAX_QUERY, SearchResults, search
from server.pages import render
from server.search.noting import note_searched
from server.search.pages import NEWEST, HitsPage, SearchPage
from server.search.suggesting import field_of, spend_turn
from server.security.guards import requires
from server.wiring import Services

HITS = 7
"""Listed under the field while typing: what is seen at a glance. Enter shows them all."""


@get("/search", guards=[requires(Permission.TOPIC_READ)])
async def show_search(
    request: Request[Any, Any, Any], actor: Actor, services: Services, q: str = "", page: int = 1, sort: str = ""
) -> Response[Any]:
    """What is found, or what to do when nothing is."""
    query = " ".join(q.split())[:MAX_QUERY]
    sort = NEWEST if sort == NEWEST else ""
    if query:
        await spend_turn(request, actor, services)
    results = await search(
        actor, query, embedder=services.embedder, page=page, newest_first=bool(sort), ways=services.ways
    )
    title = say("Search: {query}", query=query) if query else say("Search")
    response = render(request, "search/search.html", SearchPage(title, query, results, sort, robots="noindex"))
    response.background = note_searched(request, actor, services, query, results)
    return response


@get("/search/hits", guards=[requires(Permission.TOPIC_READ)])
async def show_hits(request: Request[Any, Any, Any], actor: Actor, services: Services, q: str = "") -> Response[Any]:
    """What the field in the top bar lists while somebody types; a newer keystroke ends the older question.

    Nothing where there is nothing to list, and for who asks too often: the list closes.
    """
    try:
        await spend_turn(request, actor, services)
        asking = search(actor, q, embedder=services.embedder, ways=services.ways)
        found = await services.newest.run(field_of(request), asking) or SearchResults()
    except TooMany:
        found = SearchResults()
    return render(request, "search/_hits.html", HitsPage(say("Hits"), found.items[:HITS]))
