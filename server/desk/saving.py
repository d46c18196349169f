"""Views that agents keep under a name: a new one, one to change, and their order."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.response import Redirect

from kb.core.actor import Actor
from kb.core.errors import Conflict, Invalid
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.desk.saved_views import (
    SavedView,
    change_view,
    get_saved_view,
    list_saved_views,
    order_views,
    remove_view,
    save_view,
)
from server.desk.forms import Asked, ViewForm, read_order, read_view_form
from server.desk.pages import SavedViewPage, SavedViewsPage
from server.errors import STATUS
from server.pages import flash, render
from server.security.guards import requires

ANSWER = [requires(Permission.TICKET_ANSWER)]


@get("/desk/views", guards=ANSWER)
async def show_views(request: Asked, actor: Actor) -> Response[Any]:
    """All saved views, in the reader's order."""
    return render(request, "desk/views.html", SavedViewsPage(say("Saved views"), await list_saved_views(actor)))


@get("/desk/views/new", guards=ANSWER)
async def new_view(request: Asked, actor: Actor, filter: str = "") -> Response[Any]:  # noqa: A002 - the word in the address
    """The form, filled in with the filter that was seen."""
    return _show(request, ViewForm(filter=filter))


@post("/desk/views", guards=ANSWER)
async def create_view(request: Asked, actor: Actor) -> Response[Any]:
    """Keep it, and show it."""
    form = await read_view_form(request)
    try:
        view_id = await save_view(actor, form.name, form.filter, is_shared=form.is_shared)
    except (Invalid, Conflict) as refusal:
        return _show(request, form, refusal=refusal)
    return flash(Redirect(f"/desk?saved={view_id}", status_code=303), "good", say("Kept."))


@get("/desk/views/{view_id:uuid}", guards=ANSWER)
async def show_view(request: Asked, actor: Actor, view_id: UUID) -> Response[Any]:
    """One's own to change."""
    view = await get_saved_view(actor, view_id)
    return _show(request, ViewForm(view.name, view.filter, view.is_shared), view)


@post("/desk/views/{view_id:uuid}", guards=ANSWER)
async def update_view(request: Asked, actor: Actor, view_id: UUID) -> Response[Any]:
    """Change it, and show it."""
    form, view = await read_view_form(request), await get_saved_view(actor, view_id)
    try:
        await change_view(actor, view_id, form.name, form.filter, is_shared=form.is_shared)
    except (Invalid, Conflict) as refusal:
        return _show(request, form, view, refusal)
    return flash(Redirect(f"/desk?saved={view_id}", status_code=303), "good", say("Changed."))


@post("/desk/views/{view_id:uuid}/removal", guards=ANSWER)
async def delete_view(actor: Actor, view_id: UUID) -> Response[Any]:
    """It is gone; the tickets are where they were."""
    await remove_view(actor, view_id)
    return flash(Redirect("/desk/views", status_code=303), "good", say("Removed."))


@post("/desk/views/order", guards=ANSWER)
async def arrange_views(request: Asked, actor: Actor) -> Response[Any]:
    """Put them in this order, for the reader alone."""
    await order_views(actor, await read_order(request))
    return Redirect("/desk/views", status_code=303)


def _show(
    request: Asked, form: ViewForm, view: SavedView | None = None, refusal: Invalid | Conflict | None = None
) -> Response[Any]:
    errors: Mapping[str, str] = (refusal.fields or {"": refusal.message}) if refusal else {}
    page = SavedViewPage(view.name if view else say("Keep this view"), form, view, errors)
    return render(request, "desk/view_form.html", page, status=STATUS[type(refusal)] if refusal else 200)
