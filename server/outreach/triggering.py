"""For staff: what may speak, what it said, and why it kept silent."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Redirect

from kb.core.actor import Actor
from kb.core.cursors import read_cursor
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.outreach.queries import list_decisions, list_triggers
from kb.outreach.triggers import set_trigger_enabled
from server.outreach.pages import OutreachPage
from server.pages import flash, render
from server.security.guards import requires

MANAGE = [requires(Permission.TRIGGER_MANAGE)]


@get("/outreach", guards=[requires(Permission.PERSON_READ)])
async def show_outreach(
    request: Request[Any, Any, Any], actor: Actor, outcome: str = "", trigger: str = "", cursor: str = ""
) -> Response[Any]:
    """Triggers and the latest decisions."""
    page = OutreachPage(
        say("Outreach"),
        await list_triggers(actor),
        await list_decisions(actor, outcome=outcome, trigger=trigger, before=read_cursor(cursor)),
        outcome,
        trigger,
    )
    return render(request, "outreach/outreach.html", page)


@post("/outreach/triggers/{key:str}/enablement", guards=MANAGE)
async def enable_trigger(actor: Actor, key: str) -> Response[Any]:
    """Let it speak."""
    await set_trigger_enabled(actor, key, True)
    return flash(Redirect("/outreach", status_code=303), "good", say("Switched on: it speaks from the next signal on."))


@post("/outreach/triggers/{key:str}/enablement/removal", guards=MANAGE)
async def disable_trigger(actor: Actor, key: str) -> Response[Any]:
    """Silence it."""
    await set_trigger_enabled(actor, key, False)
    return flash(
        Redirect("/outreach", status_code=303), "info", say("Switched off. Its silence is noted with each signal.")
    )
