"""Triage, filing and closing; and GitHub's webhook."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Redirect

from kb.clusters.queries import get_cluster
from kb.core.actor import Actor
from kb.core.errors import NotFound
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.product.closing import close_issue
from kb.product.filing import file_issue
from kb.product.hearing import GitHubDelivery, hear_github
from kb.product.queries import get_issue, list_issues
from kb.product.triage import find_pain_point, list_pain_points, list_people_hurt
from server.pages import flash, render
from server.product import api
from server.product.pages import IssuePage, IssuesPage, PainPage, TriagePage
from server.security.guards import PUBLIC, requires
from server.wiring import Services

FILED = {"board": say("Filed on the built-in board."), "github": say("Filed; GitHub gets it in a moment.")}


@get("/triage", guards=[requires(Permission.CLUSTER_READ)])
async def show_triage(request: Request[Any, Any, Any], actor: Actor, services: Services) -> Response[str]:
    """Pain points in their lanes."""
    page = TriagePage(say("Triage"), points=await list_pain_points(actor), github=_has_github(services))
    return render(request, "product/triage.html", page)


@get("/triage/{number:int}", guards=[requires(Permission.PERSON_READ)])
async def show_pain_point(
    request: Request[Any, Any, Any], actor: Actor, services: Services, number: int
) -> Response[Any]:
    """One pain point, with the rows behind its numbers."""
    cluster = await get_cluster(actor, number)
    if cluster.number != number:
        return Redirect(f"/triage/{cluster.number}", status_code=301)
    point = await find_pain_point(actor, cluster.id)
    if point is None:
        raise NotFound(say("Nobody is known to be hurt by this."))
    page = PainPage(
        point.label,
        point=point,
        people=await list_people_hurt(actor, cluster.id),
        issues=await list_issues(actor, cluster_id=cluster.id),
        github=_has_github(services),
    )
    return render(request, "product/pain.html", page)


@post("/triage/{number:int}/issue", guards=[requires(Permission.ISSUE_FILE)])
async def create_issue(request: Request[Any, Any, Any], actor: Actor, services: Services, number: int) -> Response[Any]:
    """File it with its evidence, to the tracker chosen."""
    form = await request.form()
    tracker = str(form.get("tracker") or "board")
    cluster = await get_cluster(actor, number)
    issue = await file_issue(
        actor, cluster.id, tracker=tracker, base_url=services.settings.base_url, title=str(form.get("title") or "")
    )
    return flash(Redirect(f"/issues/{issue}", status_code=303), "good", FILED[tracker])


@get("/issues", guards=[requires(Permission.ISSUE_READ)])
async def show_issues(request: Request[Any, Any, Any], actor: Actor) -> Response[str]:
    """Open ones first."""
    return render(request, "product/issues.html", IssuesPage(say("Issues"), await list_issues(actor)))


@get("/issues/{number:int}", guards=[requires(Permission.ISSUE_READ)])
async def show_issue(request: Request[Any, Any, Any], actor: Actor, number: int) -> Response[str]:
    """The packet as filed, and what has happened since."""
    issue = await get_issue(actor, number)
    return render(request, "product/issue.html", IssuePage(issue.row.title, issue))


@post("/issues/{number:int}/closure", guards=[requires(Permission.ISSUE_FILE)])
async def create_closure(request: Request[Any, Any, Any], actor: Actor, number: int) -> Response[Any]:
    """Close an issue of the built-in board; `completed` sets off the telling."""
    form = await request.form()
    await close_issue(actor, number, reason=str(form.get("reason") or ""))
    return flash(Redirect(f"/issues/{number}", status_code=303), "good", say("Closed."))


@post("/hooks/github", opt={**PUBLIC, "exclude_from_csrf": True}, status_code=200)
async def hear_github_webhook(request: Request[Any, Any, Any], services: Services) -> dict[str, str]:
    """GitHub's webhook. Public because GitHub signs instead of signing in; unsigned requests are refused."""
    delivery = GitHubDelivery(
        delivery_id=request.headers.get("x-github-delivery", ""),
        event=request.headers.get("x-github-event", ""),
        signature=request.headers.get("x-hub-signature-256", ""),
        body=await request.body(),
    )
    return {"outcome": await hear_github(delivery, secret=services.settings["GITHUB_WEBHOOK_SECRET"])}


def _has_github(services: Services) -> bool:
    return bool(services.settings["GITHUB_REPOSITORY"] and services.settings["GITHUB_TOKEN"])


PRODUCT_ROUTES: list[Any] = [
    show_triage,
    show_pain_point,
    create_issue,
    show_issues,
    show_issue,
    create_closure,
    *api.ROUTES,
    hear_github_webhook,
]
