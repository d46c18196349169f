"""Pain points and issues for programs: /api/v1/pain-points and /api/v1/issues."""

from dataclasses import dataclass
from typing import Any, Literal

from litestar import get, post, put

from kb.clusters.queries import get_cluster
from kb.core.actor import Actor
from kb.core.errors import NotFound
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.product.closing import close_issue
from kb.product.filing import file_issue
from kb.product.queries import IssueLine, IssueRow, get_issue, list_issues
from kb.product.triage import HurtPerson, PainPoint, find_pain_point, list_pain_points, list_people_hurt
from server.lists import CursorIn, Items, LimitIn, part_of
from server.security.guards import requires
from server.wiring import Services

READ = [requires(Permission.ISSUE_READ)]
PAIN_POINTS = 5_000
"""More clusters that hurt somebody than any board shows."""
FILE = [requires(Permission.ISSUE_FILE), *READ]


@dataclass(frozen=True, slots=True)
class WholePainOut:
    """A pain point with the people behind its figures and the issues filed of it."""

    pain_point: PainPoint
    people: list[HurtPerson]
    issues: list[IssueRow]


@dataclass(frozen=True, slots=True)
class WholeIssueOut:
    """An issue as filed, its evidence as safe HTML, and what has happened since."""

    issue: IssueRow
    html: str
    history: list[IssueLine]


@dataclass(frozen=True, slots=True)
class IssueIn:
    """Where it is filed: `board` is built in, `github` needs a repository in the settings. Without a title the pain's own."""

    tracker: Literal["board", "github"] = "board"
    title: str = ""


@dataclass(frozen=True, slots=True)
class ClosureIn:
    """Why it is closed: completed (everybody hurt is told), not_planned or duplicate."""

    reason: str


@get("/api/v1/pain-points", guards=[requires(Permission.CLUSTER_READ)])
async def api_list_pain_points(
    actor: Actor, lane: str = "", cursor: CursorIn = "", limit: LimitIn = 50
) -> Items[PainPoint]:
    """Pain points, the heaviest first; `lane` narrows to one lane."""
    found = await list_pain_points(actor, lane=lane, limit=PAIN_POINTS)
    return part_of(found, lambda one: one, lambda one: str(one.cluster_id), cursor=cursor, limit=limit)


@get("/api/v1/pain-points/{number:int}", guards=[requires(Permission.PERSON_READ)])
async def api_get_pain_point(actor: Actor, number: int) -> WholePainOut:
    """One pain point, by its cluster's number, with the rows behind its figures."""
    cluster = await get_cluster(actor, number)
    point = await find_pain_point(actor, cluster.id)
    if point is None:
        raise NotFound(say("Nobody is known to be hurt by this."))
    people, issues = await list_people_hurt(actor, cluster.id), await list_issues(actor, cluster_id=cluster.id)
    return WholePainOut(point, people, issues)


@post("/api/v1/pain-points/{number:int}/issue", guards=FILE)
async def api_file_issue(actor: Actor, services: Services, number: int, data: IssueIn) -> WholeIssueOut:
    """File it with its evidence."""
    cluster, base = await get_cluster(actor, number), services.settings.base_url
    filed = await file_issue(actor, cluster.id, tracker=data.tracker, base_url=base, title=data.title)
    return await _issue(actor, filed)


@get("/api/v1/issues", guards=READ)
async def api_list_issues(actor: Actor, cursor: CursorIn = "", limit: LimitIn = 50) -> Items[IssueRow]:
    """Issues, open ones first."""
    found = await list_issues(actor)
    return part_of(found, lambda one: one, lambda one: str(one.id), cursor=cursor, limit=limit)


@get("/api/v1/issues/{number:int}", guards=READ)
async def api_get_issue(actor: Actor, number: int) -> WholeIssueOut:
    """One issue, as filed, and what has happened since."""
    return await _issue(actor, number)


@put("/api/v1/issues/{number:int}/closure", guards=FILE)
async def api_close_issue(actor: Actor, number: int, data: ClosureIn) -> WholeIssueOut:
    """Close an issue of the built-in board; 409 for one that another tracker keeps, or that is closed."""
    await close_issue(actor, number, reason=data.reason)
    return await _issue(actor, number)


async def _issue(actor: Actor, number: int) -> WholeIssueOut:
    found = await get_issue(actor, number)
    return WholeIssueOut(found.row, found.body_html, list(found.history))


ROUTES: list[Any] = [
    api_list_pain_points,
    api_get_pain_point,
    api_file_issue,
    api_list_issues,
    api_get_issue,
    api_close_issue,
]
