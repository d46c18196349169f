"""The page of notices, opening one, and objecting where one's question was said to be asked before."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.response import Redirect

from kb.clusters.duplicates.contesting import contest_duplicate
from kb.core.actor import Actor
from kb.core.errors import Invalid
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.notices.queries import count_unseen, list_notices
from kb.notices.seeing import mark_all_notices_seen, mark_notice_seen, open_notice
from kb.outreach.queries import count_unread
from server.forum.forms import read_id
from server.notices.pages import NoticesPage
from server.pages import flash, render
from server.security.guards import requires

READ = [requires(Permission.NOTICE_READ)]


@get("/notices", guards=READ)
async def show_notices(
    request: Request[Any, Any, Any], actor: Actor, only: str = "", cursor: str = ""
) -> Response[Any]:
    """What the reader was told."""
    return render(request, "notices/notices.html", await _page(actor, only, cursor))


@get("/notices/{notice_id:uuid}/open", guards=READ)
async def open_one(actor: Actor, notice_id: UUID) -> Response[Any]:
    """Follow a notice: with it everything of its topic is seen."""
    return Redirect(await open_notice(actor, notice_id), status_code=303)


@post("/notices/{notice_id:uuid}/seen", guards=READ)
async def see_one(request: Request[Any, Any, Any], actor: Actor, notice_id: UUID) -> Response[Any]:
    """Seen, without going there: a button of the page, or the live card that was put away."""
    await mark_notice_seen(actor, notice_id)
    if request.headers.get("x-csrftoken"):
        return Response(None, status_code=204)
    return Redirect("/notices", status_code=303)


@post("/notices/seen", guards=READ)
async def see_all(actor: Actor) -> Response[Any]:
    """Everything is seen."""
    await mark_all_notices_seen(actor)
    return flash(Redirect("/notices", status_code=303), "good", say("All read."))


@post("/notices/{notice_id:uuid}/objection", guards=[requires(Permission.DUPLICATE_MARK)])
async def object_to_duplicate(request: Request[Any, Any, Any], actor: Actor, notice_id: UUID) -> Response[Any]:
    """The asker says that it is another problem; staff decide."""
    form = await request.form()
    reason = str(form.get("reason", ""))
    try:
        await contest_duplicate(actor, read_id(str(form.get("duplicate", ""))), reason=reason)
    except Invalid as refusal:
        page = replace(await _page(actor), refused=notice_id, typed=reason, error=refusal.fields["reason"])
        return render(request, "notices/notices.html", page, status=422)
    await mark_notice_seen(actor, notice_id)
    return flash(
        Redirect("/notices", status_code=303), "good", say("Noted. Staff look at it and you hear what they decide.")
    )


async def _page(actor: Actor, only: str = "", cursor: str = "") -> NoticesPage:
    only = "unseen" if only == "unseen" else ""
    found = await list_notices(actor, only_unseen=only == "unseen", cursor=cursor)
    older = f"/notices?{urlencode({'only': only, 'cursor': found.next_cursor})}" if found.next_cursor else ""
    unseen, unread = await count_unseen(actor), await count_unread(actor)
    return NoticesPage(say("Notices"), found.notices, unseen, unread, only=only, older=older)
