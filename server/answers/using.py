"""The ledger's door for pages: somebody says that an answer solved it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from litestar import Request, Response, post
from litestar.response import Redirect

from kb.answers.reusing import record_use
from kb.core.actor import Actor
from kb.core.permissions import Permission
from kb.core.rate_limits import spend
from kb.core.saying import say
from server.answers.forms import read_use_form
from server.answers.pages import SolvedPage
from server.pages import flash, render
from server.security.guards import requires
from server.security.visitors import hash_visitor
from server.wiring import Services

USES_AN_HOUR = 300
"""Of one person or address. Nobody reads faster; the ledger only grows, so a script must not fill it."""


@post("/answers/{answer_id:uuid}/uses", guards=[requires(Permission.ARTICLE_READ)])
async def record(request: Request[Any, Any, Any], actor: Actor, services: Services, answer_id: UUID) -> Response[Any]:
    """A row of the ledger; the page that asked is shown again, or with htmx only what takes the question's place."""
    form = await read_use_form(request)
    visitor = await take_turn(request, actor, services)
    await record_use(
        actor,
        answer_id=answer_id,
        kind=form.kind,  # type: ignore[arg-type]  # kb refuses words it does not know
        surface=form.surface,  # type: ignore[arg-type]
        visitor=visitor,
        page_url=form.next,
    )
    if "hx-request" in request.headers:
        return render(request, "answers/_solved.html", SolvedPage(say("Thank you"), 0))
    return flash(
        Redirect(form.next, status_code=303), "good", say("Noted, thank you. It helps the next person find it.")
    )


async def take_turn(request: Request[Any, Any, Any], actor: Actor, services: Services) -> str:
    """Count one use against the limit; returns the visitor's hash. Raises `TooMany`."""
    visitor = hash_visitor(request, services)
    if not actor.is_staff:
        await spend(f"answer_use:{actor.person_id or visitor}", USES_AN_HOUR, timedelta(hours=1))
    return visitor
