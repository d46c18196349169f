"""The fragments that appear while a question or a ticket is typed."""

from datetime import timedelta
from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.background_tasks import BackgroundTasks
from litestar.params import Parameter

from kb.core.actor import Actor
from kb.core.errors import TooMany
from kb.core.permissions import Permission
from kb.core.rate_limits import spend_ahead
from kb.core.saying import say
from kb.insights.deflection.holding_out import Surface
from kb.search.suggesting import Suggestions, suggest
from server.pages import render
from server.search.holding_out import hold_out
from server.search.noting import note_shown
from server.search.pages import SuggestionsPage
from server.security.guards import requires
from server.security.identifying import SESSION_COOKIE
from server.security.visitors import hash_visitor
from server.wiring import Services

Asked = Request[Any, Any, Any]
Details = Annotated[str, Parameter(query="body")]
"""The form's field is called body, a name the framework keeps for itself."""

ASKED_AN_HOUR = 2_000
"""Of one person or address: one every two seconds for an hour on end. Each costs the model some milliseconds."""

BODY_READ = 4_000
"""Characters of the details that are read; what is embedded is shorter still."""


@get("/ask/suggestions", guards=[requires(Permission.TOPIC_READ)])
async def suggest_for_topic(
    request: Asked, actor: Actor, services: Services, title: str = "", details: Details = ""
) -> Response[Any]:
    """Under the title of a question."""
    return await _show(request, actor, services, "ask", title, details)


@get("/tickets/suggestions", guards=[requires(Permission.TICKET_ASK)])
async def suggest_for_ticket(
    request: Asked, actor: Actor, services: Services, subject: str = "", details: Details = ""
) -> Response[Any]:
    """Under the subject of a ticket."""
    return await _show(request, actor, services, "ticket", subject, details)


async def _show(request: Asked, actor: Actor, services: Services, form: Surface, text: str, body: str) -> Response[Any]:
    """Nothing at all where there is nothing to say: the slot closes. Who asks too often gets silence, not an error, and so do
    the few by whom we learn what suggestions are worth."""
    try:
        await spend_turn(request, actor, services)
        asking = suggest(actor, text, body=body[:BODY_READ], embedder=services.embedder, ways=services.ways)
        found = await services.newest.run(field_of(request), asking) or Suggestions()
    except TooMany:
        found = Suggestions()
    notes = []
    if found.items:
        is_silent, note = hold_out(
            actor, services, form, f"{text} {body[:BODY_READ]}", answers=found.answer_ids, clusters=found.cluster_ids
        )
        found = Suggestions() if is_silent else found
        notes.append(note)
    response = render(request, "search/_suggestions.html", SuggestionsPage(say("Suggestions"), found, "ask"))
    notes.append(note_shown(request, actor, services, found.answer_ids, "ask"))
    response.background = BackgroundTasks([note for note in notes if note])
    return response


def field_of(request: Asked) -> str:
    """The browser and the field typed in; "" for a program without cookies, whose questions stand each for itself.

    By cookie and not by person or address: one may type on two machines, and many sit behind one address.
    """
    browser = request.cookies.get(SESSION_COOKIE) or request.cookies.get("csrftoken")
    return f"{browser}:{request.url.path}" if browser else ""


async def spend_turn(request: Asked, actor: Actor, services: Services) -> None:
    """Count one question to the index. Raises `TooMany`."""
    who = actor.person_id or hash_visitor(request, services)
    await spend_ahead(f"suggest:{who}", ASKED_AN_HOUR, timedelta(hours=1))
