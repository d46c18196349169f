"""The page that searches events."""

from dataclasses import fields
from typing import Any

from litestar import Request, Response, get

from kb.core.actor import Actor
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.signals.queries import EventSearch, list_events
from server.pages import render
from server.security.guards import requires
from server.signals.answering_wires import query_of
from server.signals.pages import EventsPage, events_address


@get("/events", guards=[requires(Permission.EVENT_READ)], include_in_schema=False)
async def show_events(request: Request[Any, Any, Any], actor: Actor) -> Response[Any]:
    """What people did in the product, newest first."""
    query = query_of(request)
    search = EventSearch(**{field.name: query.get(field.name, "") for field in fields(EventSearch)})
    found = await list_events(actor, search)
    older = events_address(search, cursor=found.older) if found.older else ""
    return render(request, "signals/events.html", EventsPage(say("Events"), search, found.events, older))
