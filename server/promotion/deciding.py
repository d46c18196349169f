"""Accepting and dismissing; a refusal shows the proposal again with everything typed."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, post
from litestar.response import Redirect

from kb.core.actor import Actor
from kb.core.errors import Conflict, Invalid
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.promotion.deciding import IssueWanted, accept_as_article, accept_as_issue, dismiss_promotion
from server.errors import STATUS
from server.pages import flash
from server.promotion.reading import back_to_queue, show_again
from server.security.guards import requires
from server.wiring import Services


@post("/promotions/{promotion_id:uuid}/article", guards=[requires(Permission.ARTICLE_DRAFT)])
async def accept_article(request: Request[Any, Any, Any], actor: Actor, promotion_id: UUID) -> Response[Any]:
    """Draft it from the answers ticked, and go on writing."""
    form = await request.form()
    title, ticked = str(form.get("title") or ""), [str(one) for one in form.getall("answer", [])]
    try:
        drafted = await accept_as_article(actor, promotion_id, title=title, answer_ids=_read_ids(ticked))
    except (Invalid, Conflict) as refusal:
        errors = refusal.fields or {"": refusal.message}
        typed = {"title_typed": title, "chosen": ticked}
        return await show_again(request, actor, promotion_id, typed, errors, status=STATUS[type(refusal)])
    said = say("Here is the draft. Personal data is masked; readers see nothing before it is published.")
    return flash(Redirect(f"/kb/{drafted.number}/edit", status_code=303), "good", said)


@post("/promotions/{promotion_id:uuid}/issue", guards=[requires(Permission.ISSUE_FILE)])
async def accept_issue(
    request: Request[Any, Any, Any], actor: Actor, services: Services, promotion_id: UUID
) -> Response[Any]:
    """File it with its evidence."""
    form = await request.form()
    wanted = IssueWanted(str(form.get("tracker") or "board"), str(form.get("title") or ""))
    try:
        number = await accept_as_issue(actor, promotion_id, wanted, base_url=services.settings.base_url)
    except (Invalid, Conflict) as refusal:
        errors = refusal.fields or {"": refusal.message}
        typed = {"title_typed": wanted.title}
        return await show_again(request, actor, promotion_id, typed, errors, status=STATUS[type(refusal)])
    return flash(Redirect(f"/issues/{number}", status_code=303), "good", say("Filed."))


@post("/promotions/{promotion_id:uuid}/dismissal", guards=[requires(Permission.CLUSTER_READ)])
async def dismiss(request: Request[Any, Any, Any], actor: Actor, promotion_id: UUID) -> Response[Any]:
    """Not wanted, and why."""
    reason = str((await request.form()).get("reason") or "")
    try:
        await dismiss_promotion(actor, promotion_id, reason=reason)
    except (Invalid, Conflict) as refusal:
        errors = refusal.fields or {"": refusal.message}
        return await show_again(request, actor, promotion_id, {"reason": reason}, errors, status=STATUS[type(refusal)])
    return flash(
        Redirect(back_to_queue(), status_code=303),
        "info",
        say("Dismissed. It comes back only when twice as many people ask."),
    )


def _read_ids(ticked: list[str]) -> list[UUID]:
    """What is no id names no answer."""
    found = []
    for one in ticked:
        try:
            found.append(UUID(one))
        except ValueError:
            continue
    if not found:
        raise Invalid(say("The draft needs an answer."), {"answer": say("Tick one at least.")})
    return found
