"""Asking a question, and seeing Markdown as it will stand."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Redirect

from kb.core.actor import Actor
from kb.core.errors import Conflict, Invalid, TooMany
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.drafts.places import ASK
from kb.forum.asking import ask_topic
from kb.forum.bodies import render_body
from kb.forum.spaces import list_spaces
from kb.forum.tags import list_tags
from server.drafts.fields import restore, sent_off
from server.errors import STATUS
from server.files.uploading import take_files
from server.forum.forms import AskForm, read_ask_form, read_ask_query, read_preview_text
from server.forum.pages import AskPage, PreviewPage
from server.pages import flash, render
from server.security.guards import CHANGES_NO_PAGE, requires
from server.security.proving import screen_of_form
from server.wiring import Services

WAITING = say("A moderator looks at it first. Until then only you see it; you are told what comes of it.")


@get("/ask", guards=[requires(Permission.TOPIC_ASK)])
async def new_topic(request: Request[Any, Any, Any], actor: Actor) -> Response[Any]:
    """The form, filled in from the address as far as it says."""
    form = read_ask_query(request)
    draft, kept = await restore(actor, ASK)
    if form.title or form.body:
        form = replace(form, kept=replace(draft, is_restored=False))
    else:
        form = AskForm(kept.title, kept.space or form.space, kept.body, form.page_url or kept.page_url, draft)
    return await _show_form(request, actor, form, {})


@post("/ask", guards=[requires(Permission.TOPIC_ASK)])
async def create_topic(request: Request[Any, Any, Any], actor: Actor, services: Services) -> Response[Any]:
    """Ask; a refusal shows the form again with everything typed."""
    form = await read_ask_form(request)
    taken = await take_files(request, actor, services, form.body)
    form = replace(form, body=taken.body)
    try:
        taken.check()
        screen = await screen_of_form(request, actor, services)
        asked = await ask_topic(actor, form.draft(), drafted=True, screen=screen)
    except (Invalid, Conflict, TooMany) as refusal:
        return await _refuse(request, actor, form, refusal)
    response = Redirect(asked.path, status_code=303)
    if asked.is_waiting:
        return flash(sent_off(response, ASK), "info", WAITING)
    return flash(sent_off(response, ASK), "good", say("Your question is up. Answers appear below it."))


@post("/preview", guards=[requires(Permission.POST_WRITE)], opt=CHANGES_NO_PAGE, status_code=200)
async def preview(request: Request[Any, Any, Any], names: str = "") -> Response[Any]:
    """Markdown as it will stand once sent: the same renderer, the same last gate. Tickets and articles link no names."""
    body = await render_body(await read_preview_text(request), names=names != "no", polls=names != "no")
    return render(request, "forum/_preview.html", PreviewPage(say("Preview"), body.html, body.poll))


async def _refuse(
    request: Request[Any, Any, Any], actor: Actor, form: AskForm, refusal: Invalid | Conflict | TooMany
) -> Response[Any]:
    headers = {"Retry-After": str(refusal.retry_after)} if isinstance(refusal, TooMany) else {}
    errors = refusal.fields or {"": refusal.message}
    return await _show_form(request, actor, form, errors, status=STATUS[type(refusal)], headers=headers)


async def _show_form(
    request: Request[Any, Any, Any],
    actor: Actor,
    form: AskForm,
    errors: Mapping[str, str],
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response[Any]:
    spaces = [
        (one.slug, f"– {one.name}" if one.is_within else one.name)
        for one in await list_spaces(actor)
        if one.may_ask(actor)
    ]
    page = AskPage(say("Ask a question"), form, spaces, await list_tags(actor), errors, canonical="/ask")
    return render(request, "forum/ask.html", page, status=status, headers=headers)
