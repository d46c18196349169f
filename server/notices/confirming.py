"""Confirming one's e-mail address, so that mail may go there."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Redirect

from kb.core.actor import Actor
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.people.confirming import ask_confirmation, confirm_address
from server.notices.pages import ConfirmPage
from server.pages import flash, render
from server.security.guards import PUBLIC, requires
from server.wiring import Services

READ = [requires(Permission.NOTICE_READ)]


@post("/me/notices/confirmation", guards=READ)
async def send_confirmation(actor: Actor) -> Response[Any]:
    """Have the link mailed."""
    await ask_confirmation(actor)
    return flash(Redirect("/me/notices", status_code=303), "good", say("Sent. Open the link in that mail."))


@post("/api/v1/me/notices/confirmation", guards=READ, status_code=204)
async def api_send_confirmation(actor: Actor) -> None:
    """Have the link mailed to the caller's address."""
    await ask_confirmation(actor)


@get("/confirm/{token:str}", opt=PUBLIC)
async def show_confirmation(request: Request[Any, Any, Any], token: str) -> Response[Any]:
    """Looking confirms nothing: mail servers open links too."""
    return render(request, "notices/confirm.html", ConfirmPage(say("Confirm your e-mail address"), token))


@post("/confirm/{token:str}", opt=PUBLIC)
async def confirm(services: Services, token: str) -> Response[Any]:
    """The button does."""
    await confirm_address(services.settings["SECRET_KEY"], token)
    return flash(Redirect("/", status_code=303), "good", say("Confirmed. Mail may come now, as you choose."))
