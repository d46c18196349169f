"""Publishing and archiving at a time: approving it, seeing what waits, calling it off."""

from typing import Any

from litestar import Request, Response, post
from litestar.response import Redirect

from kb.answers.access import find_article_id
from kb.answers.scheduling import cancel_schedule, read_moment, schedule_archiving, schedule_publication
from kb.core.actor import Actor
from kb.core.errors import Conflict, Invalid, NotFound
from kb.core.permissions import Permission
from kb.core.saying import say
from server.answers.forms import read_fields, read_schedule_form
from server.answers.publishing import show_review_again
from server.errors import STATUS
from server.pages import flash
from server.security.guards import requires
from server.wiring import Services

PUBLISH = [requires(Permission.ARTICLE_PUBLISH)]


@post("/kb/{number:int}/schedule", guards=PUBLISH)
async def plan_publication(
    request: Request[Any, Any, Any], actor: Actor, services: Services, number: int
) -> Response[Any]:
    """Approve the revision whose changes were shown, for a time; a refusal shows them again with everything typed."""
    article_id, form = await find_article_id(actor, number), await read_schedule_form(request)
    try:
        await schedule_publication(
            actor,
            article_id,
            revision=form.revision,
            when=read_moment(form.at, form.time_zone),
            keeps_personal=form.keeps_personal,
            least_people=services.settings.label_people,
        )
    except (Invalid, Conflict) as refusal:
        errors = refusal.fields or {"": refusal.message}
        return await show_review_again(request, actor, article_id, errors, form, status=STATUS[type(refusal)])
    said = say("Approved. Readers see it at the time you chose.")
    return flash(Redirect(f"/kb/{number}", status_code=303), "good", said)


@post("/kb/{number:int}/schedule/archiving", guards=PUBLISH)
async def plan_archiving(request: Request[Any, Any, Any], actor: Actor, number: int) -> Response[Any]:
    """Take it from readers at a time. What cannot be read is said on the article's page."""
    article_id, form = await find_article_id(actor, number), await read_schedule_form(request)
    back = Redirect(f"/kb/{number}", status_code=303)
    try:
        await schedule_archiving(actor, article_id, when=read_moment(form.at, form.time_zone))
    except (Invalid, Conflict) as refusal:
        return flash(back, "bad", next(iter(refusal.fields.values()), refusal.message))
    return flash(back, "good", say("Planned. Readers find it until then."))


@post("/kb/{number:int}/schedule/removal", guards=PUBLISH)
async def call_off(request: Request[Any, Any, Any], actor: Actor, number: int) -> Response[Any]:
    """What waited is not done."""
    sent = await read_fields(request)
    act = sent.get("act", "")
    if act not in ("publish", "archive"):
        raise NotFound(say("Nothing is planned for this article."))
    await cancel_schedule(actor, await find_article_id(actor, number), act)  # type: ignore[arg-type]
    return flash(Redirect(f"/kb/{number}", status_code=303), "info", say("Called off."))
