"""From review to readers, and back."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.response import Redirect

from kb.answers.access import find_article_id
from kb.answers.publishing import archive_article, publish_article, restore_article
from kb.answers.returning import return_article
from kb.answers.reviewing import get_review, submit_article
from kb.answers.scheduling import find_last_zone, list_scheduled
from kb.core.actor import Actor
from kb.core.errors import Conflict, Invalid
from kb.core.permissions import Permission
from kb.core.saying import say
from server.answers.forms import ReturnForm, ScheduleForm, read_publish_form, read_return_form
from server.answers.pages import ReviewPage
from server.errors import STATUS
from server.pages import flash, render
from server.security.guards import requires
from server.wiring import Services

DRAFT = [requires(Permission.ARTICLE_DRAFT)]
PUBLISH = [requires(Permission.ARTICLE_PUBLISH)]


@get("/kb/{number:int}/review", guards=DRAFT)
async def show_review(request: Request[Any, Any, Any], actor: Actor, number: int) -> Response[Any]:
    """What publishing would change."""
    return await show_review_again(request, actor, await find_article_id(actor, number), {})


@post("/kb/{number:int}/publication", guards=PUBLISH)
async def publish(request: Request[Any, Any, Any], actor: Actor, services: Services, number: int) -> Response[Any]:
    """Publish the revision whose changes were shown; a refusal shows them again."""
    article_id, form = await find_article_id(actor, number), await read_publish_form(request)
    least = services.settings.label_people
    try:
        await publish_article(
            actor, article_id, revision=form.revision, keeps_personal=form.keeps_personal, least_people=least
        )
    except (Invalid, Conflict) as refusal:
        errors = refusal.fields or {"": refusal.message}
        return await show_review_again(request, actor, article_id, errors, status=STATUS[type(refusal)])
    return flash(
        Redirect(f"/kb/{number}", status_code=303),
        "good",
        say("Published. It is offered from now on wherever it fits."),
    )


@post("/kb/{number:int}/submission", guards=DRAFT)
async def submit(actor: Actor, number: int) -> Response[Any]:
    """Ask for a review."""
    return await _act(actor, number, submit_article, f"/kb/{number}/review", say("In review."))


@post("/kb/{number:int}/return", guards=PUBLISH)
async def return_to_author(request: Request[Any, Any, Any], actor: Actor, number: int) -> Response[Any]:
    """Hand the revision back; a refusal shows the review again with the reason as typed."""
    article_id, form = await find_article_id(actor, number), await read_return_form(request)
    try:
        await return_article(actor, article_id, revision=form.revision, reason=form.reason)
    except (Invalid, Conflict) as refusal:
        errors = refusal.fields or {"": refusal.message}
        status = STATUS[type(refusal)]
        return await show_review_again(request, actor, article_id, errors, form, status=status)
    said = say("Handed back. Its author is told why.")
    return flash(Redirect("/kb/drafts?list=review", status_code=303), "good", said)


@post("/kb/{number:int}/archive", guards=PUBLISH)
async def archive(actor: Actor, number: int) -> Response[Any]:
    """Away from readers."""
    return await _act(actor, number, archive_article, f"/kb/{number}", "Archived. Readers do not find it any more.")


@post("/kb/{number:int}/restoration", guards=PUBLISH)
async def restore(actor: Actor, number: int) -> Response[Any]:
    """A draft again."""
    return await _act(actor, number, restore_article, f"/kb/{number}/edit", say("A draft again."))


async def _act(
    actor: Actor, number: int, act: Callable[[Actor, UUID], Awaitable[None]], then: str, said: str
) -> Response[Any]:
    await act(actor, await find_article_id(actor, number))
    return flash(Redirect(then, status_code=303), "good", said)


async def show_review_again(
    request: Request[Any, Any, Any],
    actor: Actor,
    article_id: UUID,
    errors: Mapping[str, str],
    typed: ScheduleForm | ReturnForm | None = None,
    *,
    status: int = 200,
) -> Response[Any]:
    """The review with what was typed in one of its forms."""
    least = request.app.state.services.settings.label_people
    review = await get_review(actor, article_id, least_people=least)
    waiting = [one for one in await list_scheduled(actor, article_id) if one.act == "publish"]
    schedule = typed if isinstance(typed, ScheduleForm) else ScheduleForm(time_zone=await find_last_zone(actor))
    reason = typed.reason if isinstance(typed, ReturnForm) else ""
    page = ReviewPage(
        say("Review: {title}", title=review.title), review, errors, schedule, next(iter(waiting), None), reason
    )
    return render(request, "answers/review.html", page, status=status)
