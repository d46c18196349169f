"""People's corrections: a name, and where a question belongs."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, post
from litestar.response import Redirect

from kb.clusters.correcting import move_question, rename_cluster
from kb.clusters.queries import get_cluster
from kb.core.actor import Actor
from kb.core.errors import Invalid, NotFound
from kb.core.permissions import Permission
from server.clusters.forms import read_label, read_origin, read_target
from server.clusters.reading import possible_number, render_cluster
from server.pages import flash
from server.security.guards import requires

Asked = Request[Any, Any, Any]
CORRECT = [requires(Permission.CLUSTER_CORRECT)]


@post("/clusters/{number:int}/label", guards=CORRECT)
async def rename(request: Asked, actor: Actor, number: int) -> Response[Any]:
    """Give it a name that refreshes keep."""
    cluster, label = await get_cluster(actor, possible_number(number)), await read_label(request)
    try:
        await rename_cluster(actor, cluster.id, label=label)
    except Invalid as refusal:
        return await render_cluster(request, actor, cluster, typed={"label": label}, refusal=refusal)
    return _back(cluster.number, "Renamed. Refreshes will keep this name.")


@post("/questions/{question_id:uuid}/cluster", guards=CORRECT)
async def move(request: Asked, actor: Actor, question_id: UUID) -> Response[Any]:
    """Put the question elsewhere, or leave it alone, and pin it there. `from` is the cluster whose page asked."""
    origin = await read_origin(request)
    try:
        target = await _find_target(actor, await read_target(request))
    except Invalid as refusal:
        return await render_cluster(request, actor, await get_cluster(actor, origin), refusal=refusal)
    await move_question(actor, question_id, to=target[0] if target else None)
    said = f"Moved to cluster {target[1]}, and pinned there." if target else "Left alone, and kept so."
    return _back(origin or (target[1] if target else 0), said)


async def _find_target(actor: Actor, number: int | None) -> tuple[UUID, int] | None:
    """The cluster of that number; a merged one's heir."""
    if number is None:
        return None
    try:
        cluster = await get_cluster(actor, possible_number(number))
    except NotFound:
        raise Invalid("The question was not moved.", {"to": f"There is no cluster {number}."}) from None
    return cluster.id, cluster.number


def _back(number: int, said: str) -> Response[Any]:
    return flash(Redirect(f"/clusters/{number}" if number else "/clusters", status_code=303), "good", said)
