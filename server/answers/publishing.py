"""From review to readers, and back."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.response import Redirect

from kb.answers.access import find_article_id
from kb.answers.publishing import archive_article, publish_article, restore_article, verify_article
from kb.answers.reviewing import get_review, return_article, submit_article
from kb.core.actor import Actor
from kb.core.errors import Conflict, Invalid
from kb.core.permissions import Permission
from server.answers.forms import read_publish_form
from server.answers.pages import ReviewPage
from server.errors import STATUS
from server.pages import flash, render
from server.security.guards import requires

DRAFT = [requires(Permission.ARTICLE_DRAFT)]
PUBLISH = [requires(Permission.ARTICLE_PUBLISH)]


@get("/kb/{number:int}/review", guards=DRAFT)
async def show_review(request: Request[Any, Any, Any], actor: Actor, number: int) -> Response[Any]:
    """What publishing would change."""
    return await _show(request, actor, await find_article_id(actor, number), {})


@post("/kb/{number:int}/publication", guards=PUBLISH)
async def publish(request: Request[Any, Any, Any], actor: Actor, number: int) -> Response[Any]:
    """Publish the revision whose changes were shown; a refusal shows them again."""
    article_id, form = await find_article_id(actor, number), await read_publish_form(request)
    try:
        await publish_article(actor, article_id, revision=form.revision, keeps_personal=form.keeps_personal)
    except (Invalid, Conflict) as refusal:
        errors = refusal.fields or {"": refusal.message}
        return await _show(request, actor, article_id, errors, status=STATUS[type(refusal)])
    return flash(
        Redirect(f"/kb/{number}", status_code=303), "good", "Published. It is offered from now on wherever it fits."
    )


@post("/kb/{number:int}/submission", guards=DRAFT)
async def submit(actor: Actor, number: int) -> Response[Any]:
    """Ask for a review."""
    return await _act(actor, number, submit_article, f"/kb/{number}/review", "In review.")


@post("/kb/{number:int}/return", guards=PUBLISH)
async def return_to_draft(actor: Actor, number: int) -> Response[Any]:
    """Back to the desk."""
    return await _act(actor, number, return_article, f"/kb/{number}/edit", "A draft again.")


@post("/kb/{number:int}/verification", guards=PUBLISH)
async def verify(actor: Actor, number: int) -> Response[Any]:
    """Still right."""
    return await _act(actor, number, verify_article, f"/kb/{number}", "Noted: verified today.")


@post("/kb/{number:int}/archive", guards=PUBLISH)
async def archive(actor: Actor, number: int) -> Response[Any]:
    """Away from readers."""
    return await _act(actor, number, archive_article, f"/kb/{number}", "Archived. Readers do not find it any more.")


@post("/kb/{number:int}/restoration", guards=PUBLISH)
async def restore(actor: Actor, number: int) -> Response[Any]:
    """A draft again."""
    return await _act(actor, number, restore_article, f"/kb/{number}/edit", "A draft again.")


async def _act(
    actor: Actor, number: int, act: Callable[[Actor, UUID], Awaitable[None]], then: str, said: str
) -> Response[Any]:
    await act(actor, await find_article_id(actor, number))
    return flash(Redirect(then, status_code=303), "good", said)


async def _show(
    request: Request[Any, Any, Any], actor: Actor, article_id: UUID, errors: Mapping[str, str], *, status: int = 200
) -> Response[Any]:
    review = await get_review(actor, article_id)
    return render(request, "answers/review.html", ReviewPage(f"Review: {review.title}", review, errors), status=status)
