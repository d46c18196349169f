"""Incidents for programs: /api/v1/status says in one answer how things stand, /api/v1/incidents has them all."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, get, post, route
from litestar.datastructures import CacheControlHeader

from kb.core.actor import Actor
from kb.core.cursors import read_cursor
from kb.core.permissions import Permission
from kb.languages.telling import tell
from kb.people.products import list_product_names
from kb.status.queries import IncidentView, get_incident, incident_path, list_incidents
from kb.status.reporting import Said, open_incident, update_incident
from kb.status.rules import IMPACTS, STATES, worst
from kb.status.standing import FRESH_SECONDS, Standing, list_standing
from server.help.origins import AnyOrigin
from server.languages.negotiating import language_of
from server.lists import CursorIn, Items, LimitIn, check_limit, listed, page_of
from server.security.guards import PUBLIC, requires

Asked = Request[Any, Any, Any]
MANAGE = [requires(Permission.INCIDENT_MANAGE)]


@dataclass(frozen=True, slots=True)
class StandingOut:
    """An incident that is not over. `state` and `impact` are words for programs, `said` both for people; `text` is the newest update."""

    number: int
    title: str
    state: str
    impact: str
    said: str
    text: str
    url: str
    started_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class StatusOut:
    """How things stand: `impact` is the worst of the incidents, `none` where there is none."""

    impact: str
    incidents: list[StandingOut]


@dataclass(frozen=True, slots=True)
class UpdateOut:
    """What was said at one time: Markdown and its safe HTML."""

    state: str
    impact: str
    body: str
    html: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class IncidentOut:
    """An incident with its updates, newest first. `product` is empty where it concerns all products."""

    id: UUID
    number: int
    title: str
    state: str
    impact: str
    product: str
    url: str
    started_at: datetime
    updated_at: datetime
    resolved_at: datetime | None
    updates: list[UpdateOut]


@dataclass(frozen=True, slots=True)
class IncidentIn:
    """A new incident. `state` is investigating, identified, monitoring or resolved; `impact` none, minor, major or critical; `body` is
    Markdown. Without `app_id` it concerns all products."""

    title: str
    body: str
    state: str = "investigating"
    impact: str = "minor"
    app_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class UpdateIn:
    """How it goes on; `resolved` ends it."""

    body: str
    state: str
    impact: str


@dataclass(frozen=True, slots=True)
class ProductOut:
    """A product whose pages we serve."""

    id: UUID
    name: str


@route(
    "/api/v1/status",
    http_method=["GET", "OPTIONS"],
    opt=PUBLIC,
    middleware=[AnyOrigin()],
    cache_control=CacheControlHeader(max_age=int(FRESH_SECONDS), public=True),
)
async def api_get_status(request: Asked) -> StatusOut:
    """What is wrong just now, for any page to ask. Kept by caches for a few seconds; its ETag tells whether it changed."""
    base_url: str = request.app.state.services.settings.base_url
    standing = await list_standing()
    said = [standing_out(one, base_url, language_of(request)) for one in standing]
    return StatusOut(worst([one.impact for one in standing]), said)


@get("/api/v1/incidents", opt=PUBLIC)
async def api_list_incidents(request: Asked, cursor: CursorIn = "", limit: LimitIn = 20) -> Items[IncidentOut]:
    """All incidents, the newest first."""
    found = await list_incidents(before=read_cursor(cursor), limit=check_limit(limit) + 1)
    return page_of(found, lambda one: _incident(request, one), lambda one: (one.started_at, one.id), limit=limit)


@get("/api/v1/incidents/{number:int}", opt=PUBLIC)
async def api_get_incident(request: Asked, number: int) -> IncidentOut:
    """One incident with everything that was said of it."""
    return _incident(request, await get_incident(number))


@post("/api/v1/incidents", guards=MANAGE)
async def api_open_incident(request: Asked, actor: Actor, data: IncidentIn) -> IncidentOut:
    """Tell everybody that something is wrong."""
    said = Said(data.state, data.impact, data.body)
    number = await open_incident(actor, data.title, said, app_id=data.app_id)
    return _incident(request, await get_incident(number))


@post("/api/v1/incidents/{number:int}/updates", guards=MANAGE)
async def api_update_incident(request: Asked, actor: Actor, number: int, data: UpdateIn) -> IncidentOut:
    """Say how it goes on, or that it is over."""
    await update_incident(actor, number, Said(data.state, data.impact, data.body))
    return _incident(request, await get_incident(number))


@get("/api/v1/products", guards=MANAGE)
async def api_list_products(actor: Actor, cursor: CursorIn = "", limit: LimitIn = 50) -> Items[ProductOut]:
    """The products an incident may concern, by name."""
    rows = [ProductOut(id_, name) for id_, name in await list_product_names(actor)]
    return listed(rows, lambda one: str(one.id), cursor=cursor, limit=limit)


def standing_out(one: Standing, base_url: str, language: str) -> StandingOut:
    """An incident that stands, told in this language as far as the words are ours."""
    said = f"{tell(STATES[one.state], language)} · {tell(IMPACTS[one.impact], language)}"
    url = f"{base_url}{incident_path(one.number)}"
    return StandingOut(
        one.number, one.title, one.state, one.impact, said, one.text, url, one.started_at, one.updated_at
    )


def _incident(request: Asked, one: IncidentView) -> IncidentOut:
    base_url: str = request.app.state.services.settings.base_url
    return IncidentOut(
        id=one.id,
        number=one.number,
        title=one.title,
        state=one.state,
        impact=one.impact,
        product=one.product,
        url=f"{base_url}{one.path}",
        started_at=one.started_at,
        updated_at=one.updated_at,
        resolved_at=one.resolved_at,
        updates=[UpdateOut(u.state, u.impact, u.source, u.html, u.created_at) for u in one.updates],
    )
