"""Our own address for events, /api/v1/events: in with a write key or a secret key, out for staff."""

from functools import partial
from typing import Any

from litestar import Request, Response, get, route

from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.permissions import Permission
from kb.signals.queries import EventSearch, FoundEvent, list_events
from kb.signals.wire.own import read_own
from server.lists import CursorIn, Items, LimitIn, check_limit, items_of
from server.security.guards import requires
from server.signals.answering_wires import WIRE, MirrorOrigin, ok, receipt_json, take_in


@route("/api/v1/events", http_method=["POST", "OPTIONS"], opt=WIRE, middleware=[MirrorOrigin()], status_code=200)
async def create_events(request: Request[Any, Any, Any], actor: Actor) -> Response[Any]:
    """Take in events: `{"write_key": "wk_…", "events": [{"name": "login_failed", "user_id": "u1"}]}`.

    Sent with an API key that holds `event:write`, what the events say of their people is believed; without one they
    are counted and nobody is written to because of them. Each refused event is named with its reason.
    """
    trusted = actor.is_signed_in and actor.may(Permission.EVENT_WRITE)
    read = partial(read_own, write_key=request.headers.get("x-write-key"), received_at=now())
    return ok(receipt_json(await take_in(await request.body(), read, trusted=trusted)))


@get("/api/v1/events", guards=[requires(Permission.EVENT_READ)])
async def search_events(  # noqa: PLR0913, PLR0917 - each is a parameter of the address
    actor: Actor,
    person: str = "",
    event: str = "",
    element: str = "",
    page: str = "",
    cursor: CursorIn = "",
    limit: LimitIn = 50,
) -> Items[FoundEvent]:
    """Events by person, event name, element and page, newest first."""
    found = await list_events(actor, EventSearch(person, event, element, page, cursor), limit=check_limit(limit))
    return items_of(found.events, found.older, lambda one: one)
