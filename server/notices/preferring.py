"""What a person is told, and how."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Redirect

from kb.core.actor import Actor
from kb.core.errors import Invalid
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.notices.preferring import get_preferences, set_preferences
from kb.notices.watching import list_watches
from kb.people.confirming import find_unconfirmed
from server.notices.pages import PreferencesPage
from server.pages import flash, render
from server.security.guards import requires
from server.wiring import Services

READ = [requires(Permission.NOTICE_READ)]


@get("/me/notices", guards=READ)
async def show_preferences(request: Request[Any, Any, Any], actor: Actor, services: Services) -> Response[Any]:
    """The table of kinds and channels, and everything the reader chose a level for."""
    page = PreferencesPage(
        say("What you hear of"),
        await get_preferences(actor),
        await list_watches(actor),
        push_key=services.push_key,
        unconfirmed=await find_unconfirmed(actor) or "",
    )
    return render(request, "notices/preferences.html", page)


@post("/me/notices", guards=READ)
async def choose_preferences(request: Request[Any, Any, Any], actor: Actor, services: Services) -> Response[Any]:
    """Store the table; a refusal shows it again as it was filled in."""
    present = await get_preferences(actor)
    form = await request.form()
    sent = {pair: str(form.get(".".join(pair), choice)) for pair, choice in present.items()}
    try:
        await set_preferences(actor, sent)
    except Invalid as refusal:
        page = PreferencesPage(
            say("What you hear of"), {**present, **sent}, await list_watches(actor), refusal.fields, services.push_key
        )
        return render(request, "notices/preferences.html", page, status=422)
    return flash(Redirect("/me/notices", status_code=303), "good", say("Saved."))
