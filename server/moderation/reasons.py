"""Canned reasons as pages, for admins."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.response import Redirect

from kb.core.actor import Actor
from kb.core.errors import Invalid, NotFound
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.moderation.canned import archive_canned, list_canned, write_canned
from server.forum.forms import read_text_fields
from server.moderation.pages import ReasonsPage
from server.pages import flash, render
from server.security.guards import requires

MANAGE = [requires(Permission.REVIEW_MANAGE)]
Asked = Request[Any, Any, Any]


@get("/moderation/reasons", guards=MANAGE)
async def show_reasons(request: Asked, actor: Actor) -> Response[Any]:
    """All in use, and the form of a new one."""
    return render(request, "moderation/reasons.html", ReasonsPage(say("Canned reasons"), await list_canned(actor)))


@get("/moderation/reasons/{reason_id:uuid}", guards=MANAGE)
async def edit_reason(request: Asked, actor: Actor, reason_id: UUID) -> Response[Any]:
    """One of them in the form."""
    reasons = await list_canned(actor)
    found = next((one for one in reasons if one.id == reason_id), None)
    if found is None:
        raise NotFound(say("There is no such reason."))
    page = ReasonsPage(say("Canned reasons"), reasons, found.id, found.name, found.text)
    return render(request, "moderation/reasons.html", page)


@post("/moderation/reasons", guards=MANAGE)
async def add_reason(request: Asked, actor: Actor) -> Response[Any]:
    """A new one."""
    return await _write(request, actor, None)


@post("/moderation/reasons/{reason_id:uuid}", guards=MANAGE)
async def change_reason(request: Asked, actor: Actor, reason_id: UUID) -> Response[Any]:
    """Another name or text."""
    return await _write(request, actor, reason_id)


@post("/moderation/reasons/{reason_id:uuid}/removal", guards=MANAGE)
async def remove_reason(actor: Actor, reason_id: UUID) -> Response[Any]:
    """Offered no more."""
    await archive_canned(actor, reason_id)
    return flash(Redirect("/moderation/reasons", status_code=303), "info", say("It is offered no more."))


async def _write(request: Asked, actor: Actor, reason_id: UUID | None) -> Response[Any]:
    sent = await read_text_fields(request)
    name, text = sent.get("name", ""), sent.get("text", "")
    try:
        await write_canned(actor, name, text, reason_id=reason_id)
    except Invalid as refusal:
        page = ReasonsPage(say("Canned reasons"), await list_canned(actor), reason_id, name, text, refusal.fields)
        return render(request, "moderation/reasons.html", page, status=422)
    return flash(Redirect("/moderation/reasons", status_code=303), "good", say("Saved."))
