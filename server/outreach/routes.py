"""A person's own messages, and the stream that brings them."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.response import Redirect, ServerSentEvent

from kb.core.actor import Actor
from kb.core.cursors import read_cursor
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.outreach.queries import count_unread, list_inbox
from kb.outreach.seeing import mark_all_seen, mark_seen
from server.languages.negotiating import language_of
from server.notices.live import Bell
from server.outreach import api, api_triggering, mail, triggering
from server.outreach.live import stream_messages
from server.outreach.pages import InboxPage
from server.pages import flash, render
from server.security.guards import requires
from server.wiring import Services

READ = [requires(Permission.MESSAGE_READ)]


@get("/messages", guards=READ)
async def show_inbox(request: Request[Any, Any, Any], actor: Actor, cursor: str = "") -> Response[Any]:
    """What was said to the reader."""
    messages = await list_inbox(actor, before=read_cursor(cursor))
    return render(request, "outreach/inbox.html", InboxPage(say("Messages"), messages, await count_unread(actor)))


@get("/messages/{message_id:uuid}/open", guards=READ)
async def open_message(actor: Actor, message_id: UUID) -> Response[Any]:
    """Follow a message's link: that is having seen it."""
    return Redirect(await mark_seen(actor, message_id) or "/messages", status_code=303)


@post(["/messages/{message_id:uuid}/seen", "/live/{message_id:uuid}/seen"], guards=READ)
async def see_message(request: Request[Any, Any, Any], actor: Actor, message_id: UUID) -> Response[Any]:
    """The reader has seen it: a button of the inbox, or the live card that was put away."""
    await mark_seen(actor, message_id)
    if request.url.path.startswith("/live/"):
        return Response(None, status_code=204)
    return Redirect("/messages", status_code=303)


@post("/messages/seen", guards=READ)
async def see_all_messages(actor: Actor) -> Response[Any]:
    """The reader has seen everything."""
    await mark_all_seen(actor)
    return flash(Redirect("/messages", status_code=303), "good", say("All read."))


@get("/live", guards=READ, include_in_schema=False)
async def stream_live(request: Request[Any, Any, Any], actor: Actor, services: Services) -> ServerSentEvent:
    """Messages and notices as they come, as server-sent events."""
    services.live.check_room(actor.person_id)
    return ServerSentEvent(stream_messages(actor, services.live, also=Bell(actor, language_of(request)).look))


OUTREACH_ROUTES: list[Any] = [
    show_inbox,
    open_message,
    see_message,
    see_all_messages,
    stream_live,
    api.api_list_messages,
    api.api_see_message,
    api.api_list_inbox,
    api.api_see_all_messages,
    *api_triggering.ROUTES,
    triggering.show_outreach,
    triggering.enable_trigger,
    triggering.disable_trigger,
    mail.show_mail_folder,
    mail.show_mail,
]
