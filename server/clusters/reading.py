"""Reading clusters: the list, and one with everything known of it."""

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.response import Redirect

from kb.answers.ledger import count_uses
from kb.answers.ranking import list_answers_of_cluster
from kb.clusters.asked import count_by_source, count_by_week
from kb.clusters.neighbours import list_neighbours
from kb.clusters.proposals import count_proposals
from kb.clusters.queries import (
    ClusterRow,
    ClusterSearch,
    ClusterView,
    get_cluster,
    list_cluster_events,
    list_clusters,
    list_questions_of_cluster,
)
from kb.core.actor import Actor
from kb.core.errors import Invalid
from kb.core.ids import possible_number
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.product.rules import LANES
from kb.product.triage import PainPoint, find_pain_point, list_pain_points
from kb.signals.queries import list_friction_of_cluster
from server.clusters.pages import ANSWERED, ORDERS, PER_PAGE, ClusterPage, ClustersPage, Narrowing
from server.pages import render
from server.security.guards import requires

Asked = Request[Any, Any, Any]
READ = [requires(Permission.CLUSTER_READ)]

ANSWERS_SHOWN = 8
QUESTIONS_SHOWN = 100
LAST_PAGE = 1_000
PAIN_POINTS = 5_000
"""More clusters that hurt somebody than this no board shows."""


@get("/clusters", guards=READ)
async def show_clusters(request: Asked, actor: Actor, page: int = 1) -> Response[Any]:
    """By lane, answer and words, in the order asked for."""
    narrowing = read_narrowing(request.query_params)
    number = max(1, min(page, LAST_PAGE))
    found, pain = await find_clusters(actor, narrowing, number)
    waiting = await count_proposals(actor)
    shown = ClustersPage(
        say("Clusters"), found[:PER_PAGE], narrowing, pain, number, len(found) > PER_PAGE, proposals=waiting
    )
    return render(request, "clusters/list.html", shown)


def read_narrowing(asked: Mapping[str, str]) -> Narrowing:
    """What an address asks for, as far as it can be understood."""
    words = " ".join(asked.get("q", "").replace("\x00", " ").split())[:100]
    lane, answered, order = (asked.get(name, "") for name in ("lane", "answered", "order"))
    return Narrowing(
        words,
        lane if lane in LANES else "",
        answered if answered in ANSWERED else "",
        order if order in dict(ORDERS) else "most",
    )


async def find_clusters(
    actor: Actor, narrowing: Narrowing, number: int
) -> tuple[list[ClusterRow], dict[UUID, PainPoint]]:
    """One page and one row more, and the pain of those clusters."""
    lane = await list_pain_points(actor, lane=narrowing.lane, limit=PAIN_POINTS) if narrowing.lane else None
    among = None if lane is None else [point.cluster_id for point in lane]
    search = ClusterSearch(narrowing.words, among, ANSWERED[narrowing.answered], narrowing.order)
    found = await list_clusters(actor, search, limit=PER_PAGE + 1, offset=(number - 1) * PER_PAGE)
    points = await list_pain_points(actor, among=[cluster.id for cluster in found]) if lane is None else lane
    return found, {point.cluster_id: point for point in points}


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
    chosen: frozenset[str] = frozenset(),
    refusal: Invalid | None = None,
) -> Response[Any]:
    """The page; with a refusal, what was typed stands in its field still."""
    answers = await list_answers_of_cluster(actor, cluster.id, ANSWERS_SHOWN)
    questions, uses, events = await asyncio.gather(
        list_questions_of_cluster(actor, cluster.id, limit=QUESTIONS_SHOWN),
        count_uses(actor, [answer.id for answer in answers]),
        list_cluster_events(actor, cluster.id),
    )
    weekly, sources, neighbours, pain = await asyncio.gather(
        count_by_week(actor, cluster.id),
        count_by_source(actor, cluster.id),
        list_neighbours(actor, cluster.id),
        find_pain_point(actor, cluster.id),
    )
    friction = await list_friction_of_cluster(actor, cluster.id) if actor.may(Permission.EVENT_READ) else []
    page = ClusterPage(
        f"{cluster.label} #{cluster.number}" if cluster.label else say("Cluster #{number}", number=cluster.number),
        cluster,
        questions,
        answers,
        uses,
        events,
        weekly,
        sources,
        neighbours,
        friction,
        pain,
        typed or {},
        chosen,
        (refusal.fields or {"": refusal.message}) if refusal else {},
    )
    return render(request, "clusters/cluster.html", page, status=422 if refusal else 200)
