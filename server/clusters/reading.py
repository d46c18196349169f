"""Reading clusters: the list, and one with everything known of it."""

import asyncio
from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get
from litestar.response import Redirect

from kb.answers.ranking import list_answers_of_cluster
from kb.clusters.queries import ClusterView, get_cluster, list_cluster_events, list_clusters, list_questions_of_cluster
from kb.core.actor import Actor
from kb.core.errors import Invalid
from kb.core.permissions import Permission
from server.clusters.pages import PER_PAGE, ClusterPage, ClustersPage
from server.pages import render
from server.security.guards import requires

Asked = Request[Any, Any, Any]
READ = [requires(Permission.CLUSTER_READ)]

ANSWERS_SHOWN = 8
QUESTIONS_SHOWN = 100
LAST_PAGE = 1_000


@get("/clusters", guards=READ)
async def show_clusters(request: Asked, actor: Actor, q: str = "", page: int = 1) -> Response[Any]:
    """Most asked first."""
    words = " ".join(q.replace("\x00", " ").split())[:100]
    number = max(1, min(page, LAST_PAGE))
    found = await list_clusters(actor, words=words, limit=PER_PAGE + 1, offset=(number - 1) * PER_PAGE)
    shown = ClustersPage("Clusters", found[:PER_PAGE], words, number, len(found) > PER_PAGE)
    return render(request, "clusters/list.html", shown)


@get("/clusters/{number:int}", guards=READ)
async def show_cluster(request: Asked, actor: Actor, number: int) -> Response[Any]:
    """One cluster; the number of a merged one leads to its heir for ever."""
    cluster = await get_cluster(actor, possible_number(number))
    if cluster.number != number:
        return Redirect(f"/clusters/{cluster.number}", status_code=301)
    return await render_cluster(request, actor, cluster)


async def render_cluster(
    request: Asked,
    actor: Actor,
    cluster: ClusterView,
    *,
    typed: Mapping[str, str] | None = None,
    refusal: Invalid | None = None,
) -> Response[Any]:
    """The page; with a refusal, what was typed stands in its field still."""
    questions, answers, events = await asyncio.gather(
        list_questions_of_cluster(actor, cluster.id, limit=QUESTIONS_SHOWN),
        list_answers_of_cluster(actor, cluster.id, ANSWERS_SHOWN),
        list_cluster_events(actor, cluster.id),
    )
    errors = (refusal.fields or {"": refusal.message}) if refusal else {}
    title = f"{cluster.label or 'Cluster'} #{cluster.number}"
    page = ClusterPage(title, cluster, questions, answers, events, typed or {}, errors)
    return render(request, "clusters/cluster.html", page, status=422 if refusal else 200)


def possible_number(number: int) -> int:
    """The number, or 0, which no cluster has, where a column cannot hold it."""
    return number if 0 < number < 2**63 else 0
