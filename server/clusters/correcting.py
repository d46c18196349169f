"""People's corrections on a cluster's page: its name, where its questions belong, and taking a change back."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, post
from litestar.response import Redirect

from kb.clusters.correcting import move_questions, rename_cluster
from kb.clusters.queries import ClusterView, get_cluster
from kb.clusters.splitting import split_cluster
from kb.clusters.telling_apart import say_apart, say_same
from kb.clusters.undoing import undo_change
from kb.core.actor import Actor
from kb.core.errors import Invalid, NotFound
from kb.core.ids import possible_number
from kb.core.permissions import Permission
from kb.core.saying import say, say_many
from server.clusters.forms import ChosenForm, read_chosen, read_label
from server.clusters.reading import render_cluster
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


@post("/clusters/{number:int}/questions", guards=CORRECT)
async def correct_chosen(request: Asked, actor: Actor, number: int) -> Response[Any]:
    """One thing with all the questions that were ticked: the button pressed says which."""
    cluster, form = await get_cluster(actor, possible_number(number)), await read_chosen(request)
    try:
        said = await _act(actor, cluster, form)
    except Invalid as refusal:
        typed = {"to": form.to, "split_label": form.label}
        chosen = frozenset(str(one) for one in form.questions)
        return await render_cluster(request, actor, cluster, typed=typed, chosen=chosen, refusal=refusal)
    return _back(cluster.number, said)


async def _act(actor: Actor, cluster: ClusterView, form: ChosenForm) -> str:
    """Do it and say what was done."""
    match form.act:
        case "split":
            await split_cluster(actor, cluster.id, form.questions, label=form.label)
            return say_many(
                "{n} question in a cluster of its own now.",
                "{n} questions in a cluster of their own now.",
                len(form.questions),
            )
        case "alone":
            await move_questions(actor, form.questions, to=None)
            return say_many(
                "{n} question left alone, and kept so.",
                "{n} questions left alone, and kept so.",
                len(form.questions),
            )
        case "same" | "apart":
            return await _say(actor, form)
        case _:
            target = await find_target(actor, form.target)
            if target is None:
                raise Invalid(say("Nothing was moved."), {"to": say("Type a cluster's number, such as 12.")})
            await move_questions(actor, form.questions, to=target[0])
            return say_many(
                "{n} question moved to cluster {number}, and pinned there.",
                "{n} questions moved to cluster {number}, and pinned there.",
                len(form.questions),
                number=target[1],
            )


async def _say(actor: Actor, form: ChosenForm) -> str:
    if len(form.questions) != 2:
        raise Invalid(
            say("Nothing was said."), {"questions": say("Choose two questions to say whether they are the same.")}
        )
    older, newer = form.questions[1], form.questions[0]
    if form.act == "same":
        await say_same(actor, older, newer)
        return say("Noted: the two stay together.")
    await say_apart(actor, older, newer)
    return say("Noted: they are not the same. The newer one has left the cluster.")


@post("/clusters/{number:int}/changes/{change_id:uuid}/undo", guards=CORRECT)
async def undo(actor: Actor, number: int, change_id: UUID) -> Response[Any]:
    """Take a change back, a person's or a refresh's."""
    await undo_change(actor, change_id)
    cluster = await get_cluster(actor, possible_number(number))
    return _back(cluster.number, say("Taken back. What people decided since about a question stands."))


async def find_target(actor: Actor, number: int | None) -> tuple[UUID, int] | None:
    """The cluster of that number; a merged one's heir. Raises `Invalid` where there is none."""
    if number is None:
        return None
    try:
        cluster = await get_cluster(actor, possible_number(number))
    except NotFound:
        raise Invalid(
            say("The question was not moved."), {"to": say("There is no cluster {number}.", number=number)}
        ) from None
    return cluster.id, cluster.number


def _back(number: int, said: str) -> Response[Any]:
    return flash(Redirect(f"/clusters/{number}" if number else "/clusters", status_code=303), "good", said)
