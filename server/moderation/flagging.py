"""Flagging a post, and reading what came of it."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.response import Redirect

from kb.core.actor import Actor
from kb.core.errors import Conflict, Invalid
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.forum.addresses import post_path
from kb.moderation.flagging import find_flag, flag_post, withdraw_flag
from kb.moderation.outcomes import get_outcome
from server.forum.forms import read_text_fields
from server.moderation.pages import FlagPage, OutcomePage
from server.pages import flash, render
from server.security.guards import requires

FLAG = [requires(Permission.FLAG_WRITE)]
Asked = Request[Any, Any, Any]


@get("/posts/{post_id:uuid}/flag", guards=FLAG)
async def flag_form(request: Asked, actor: Actor, post_id: UUID) -> Response[Any]:
    """Say what is wrong with a post."""
    page = FlagPage(say("Flag for moderators"), post_id, post_path(post_id), await find_flag(actor, post_id))
    return render(request, "moderation/flag.html", page)


@post("/posts/{post_id:uuid}/flag", guards=FLAG)
async def flag(request: Asked, actor: Actor, post_id: UUID) -> Response[Any]:
    """Flag it; a refusal shows the form again with what was typed."""
    sent = await read_text_fields(request)
    reason, note = sent.get("reason", ""), sent.get("note", "")
    try:
        await flag_post(actor, post_id, reason, note=note)
    except (Invalid, Conflict) as refusal:
        errors = refusal.fields or {"": refusal.message}
        state = await find_flag(actor, post_id)
        page = FlagPage(say("Flag for moderators"), post_id, post_path(post_id), state, reason, note, errors)
        return render(request, "moderation/flag.html", page, status=422 if isinstance(refusal, Invalid) else 409)
    return flash(
        Redirect(post_path(post_id), status_code=303),
        "good",
        say("Thank you. A moderator looks at it, and you learn what comes of it."),
    )


@post("/posts/{post_id:uuid}/flag/removal", guards=FLAG)
async def unflag(actor: Actor, post_id: UUID) -> Response[Any]:
    """Take the flag back."""
    back = Redirect(post_path(post_id), status_code=303)
    try:
        await withdraw_flag(actor, post_id)
    except Conflict as refusal:
        return flash(back, "warn", refusal.message)
    return flash(back, "info", say("Your flag is withdrawn."))


@get("/reviews/{decision_id:uuid}", guards=[requires(Permission.NOTICE_READ)])
async def show_outcome(request: Asked, actor: Actor, decision_id: UUID) -> Response[Any]:
    """What moderators decided, for its author and for those who flagged."""
    page = OutcomePage(say("What moderators decided"), await get_outcome(actor, decision_id))
    return render(request, "moderation/outcome.html", page)
