"""The status page, and where staff write on it."""

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Redirect

from kb.core.actor import Actor
from kb.core.cursors import read_cursor
from kb.core.errors import Invalid
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.people.products import list_product_names
from kb.status.queries import get_incident, incident_path, list_incidents
from kb.status.reporting import open_incident, update_incident
from server.pages import flash, render
from server.security.guards import PUBLIC, requires
from server.status import api
from server.status.forms import IncidentForm, read_incident_form
from server.status.pages import IncidentPage, NewIncidentPage, StatusPage, older_page

Asked = Request[Any, Any, Any]
MANAGE = [requires(Permission.INCIDENT_MANAGE)]

ABOUT = say("What does not work just now, what is being done about it, and what went wrong before.")


@get("/status", opt=PUBLIC)
async def show_status(request: Asked, cursor: str = "") -> Response[Any]:
    """What is wrong just now, and what was."""
    found = await list_incidents(before=read_cursor(cursor))
    page = StatusPage(
        say("Status"),
        [one for one in found if one.is_standing],
        [one for one in found if not one.is_standing],
        older_page(found),
        description=ABOUT,
        canonical="/status",
    )
    return render(request, "status/status.html", page, shared=True)


@get("/status/new", guards=MANAGE)
async def new_incident(request: Asked, actor: Actor) -> Response[Any]:
    """The form."""
    return await _show_form(request, actor, IncidentForm(), {})


@post("/status", guards=MANAGE)
async def create_incident(request: Asked, actor: Actor) -> Response[Any]:
    """Tell everybody; a refusal shows the form again with everything typed."""
    form = await read_incident_form(request)
    try:
        number = await open_incident(actor, form.title, form.said, app_id=form.app_id)
    except Invalid as refusal:
        return await _show_form(request, actor, form, refusal.fields, status=422)
    response = Redirect(incident_path(number), status_code=303)
    return flash(response, "good", say("Everybody can read it now: on this page, above the forum and in the widget."))


@get("/status/{number:int}", opt=PUBLIC)
async def show_incident(request: Asked, number: int) -> Response[Any]:
    """One incident with everything that was said of it."""
    incident = await get_incident(number)
    form = IncidentForm(state=incident.state, impact=incident.impact)
    page = IncidentPage(incident.title, incident, form, {}, description=ABOUT, canonical=incident.path)
    return render(request, "status/incident.html", page, shared=True)


@post("/status/{number:int}/updates", guards=MANAGE)
async def write_update(request: Asked, actor: Actor, number: int) -> Response[Any]:
    """Say how it goes on; a refusal shows the form again with everything typed."""
    form = await read_incident_form(request)
    try:
        await update_incident(actor, number, form.said)
    except Invalid as refusal:
        incident = await get_incident(number)
        page = IncidentPage(incident.title, incident, form, refusal.fields)
        return render(request, "status/incident.html", page, status=422)
    told = say("It is over, and says so.") if form.state == "resolved" else say("Everybody can read it now.")
    return flash(Redirect(incident_path(number), status_code=303), "good", told)


async def _show_form(
    request: Asked, actor: Actor, form: IncidentForm, errors: Mapping[str, str], *, status: int = 200
) -> Response[Any]:
    products = [("", say("All products"))] + [(str(id_), name) for id_, name in await list_product_names(actor)]
    page = NewIncidentPage(say("New incident"), form, products, errors)
    return render(request, "status/new.html", page, status=status)


STATUS_ROUTES: list[Any] = [
    show_status,
    new_incident,
    create_incident,
    show_incident,
    write_update,
    api.api_get_status,
    api.api_list_incidents,
    api.api_get_incident,
    api.api_open_incident,
    api.api_update_incident,
    api.api_list_products,
]
