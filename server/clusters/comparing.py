"""Two clusters beside each other, before somebody says that they are one or are not."""

import asyncio
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.params import Parameter
from litestar.response import Redirect

from kb.answers.ranking import list_answers_of_cluster
from kb.clusters.asked import count_by_week
from kb.clusters.merging import merge_clusters
from kb.clusters.neighbours import list_closest_pairs
from kb.clusters.queries import ClusterView, get_cluster, list_questions_of_cluster
from kb.clusters.telling_apart import say_clusters_apart
from kb.core.actor import Actor
from kb.core.errors import Invalid
from kb.core.ids import possible_number
from kb.core.permissions import Permission
from kb.core.saying import say
from server.clusters.forms import read_other
from server.clusters.pages import ComparePage, Side
from server.pages import flash, render
from server.security.guards import requires

Asked = Request[Any, Any, Any]
READ = [requires(Permission.CLUSTER_READ)]
CORRECT = [requires(Permission.CLUSTER_CORRECT)]

QUESTIONS_SHOWN = 8
ANSWERS_SHOWN = 3


@get("/clusters/compare", guards=READ)
async def compare(
    request: Asked, actor: Actor, c: Annotated[list[int] | None, Parameter(query="c")] = None
) -> Response[Any]:
    """The two clusters whose numbers are given as `c`; more than two are compared two at a time."""
    one, other = await _find_two(actor, c or [])
    sides = await asyncio.gather(_side(actor, one), _side(actor, other))
    pairs = await list_closest_pairs(actor, one.id, other.id)
    page = ComparePage(say("Compare #{number} and #{other}", number=one.number, other=str(other.number)), *sides, pairs)
    return render(request, "clusters/compare.html", page)


async def _find_two(actor: Actor, numbers: list[int]) -> tuple[ClusterView, ClusterView]:
    if len(set(numbers)) < 2:
        raise Invalid(say("Two clusters can be compared."), {"c": say("Choose two clusters in the list.")})
    one, other = [await get_cluster(actor, possible_number(number)) for number in dict.fromkeys(numbers)][:2]
    if one.id == other.id:
        raise Invalid(say("These two are one cluster already."), {"c": say("Choose two clusters in the list.")})
    return one, other


async def _side(actor: Actor, cluster: ClusterView) -> Side:
    questions, answers, weekly = await asyncio.gather(
        list_questions_of_cluster(actor, cluster.id, limit=QUESTIONS_SHOWN),
        list_answers_of_cluster(actor, cluster.id, ANSWERS_SHOWN),
        count_by_week(actor, cluster.id, weeks=12),
    )
    return Side(cluster, questions, answers, weekly)


@post("/clusters/{number:int}/merge", guards=CORRECT)
async def merge(request: Asked, actor: Actor, number: int) -> Response[Any]:
    """All of this cluster's questions go into the one named in `into`."""
    cluster = await get_cluster(actor, possible_number(number))
    heir = await get_cluster(actor, await read_other(request, "into"))
    await merge_clusters(actor, cluster.id, into=heir.id)
    said = f"#{cluster.number} is part of this cluster now. It can be undone in the history."
    return flash(Redirect(f"/clusters/{heir.number}", status_code=303), "good", said)


@post("/clusters/{number:int}/apart", guards=CORRECT)
async def tell_apart(request: Asked, actor: Actor, number: int) -> Response[Any]:
    """The two are not the same, and no refresh will merge them."""
    cluster = await get_cluster(actor, possible_number(number))
    other = await get_cluster(actor, await read_other(request, "other"))
    await say_clusters_apart(actor, cluster.id, other.id)
    said = say("Noted: #{number} and #{other} stay apart.", number=cluster.number, other=str(other.number))
    return flash(Redirect(f"/clusters/{cluster.number}", status_code=303), "good", said)
