"""What people decide about clusters: names, and where questions belong. Every later refresh obeys."""

from collections.abc import Collection
from uuid import UUID

from kb.clusters.changing import Pinning, begin_change, lift_contradicted, note_change, place_questions
from kb.clusters.messages import ClustersCorrected
from kb.core.actor import Actor
from kb.core.database import execute, fetch_all, fetch_one
from kb.core.errors import Invalid, NotFound
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work

LABEL_LENGTH = 120
AT_ONCE = 1_000
"""Questions one correction may name. A merge, which names clusters, has no such bound."""


async def rename_cluster(actor: Actor, cluster_id: UUID, *, label: str) -> UUID:
    """Give it a name that no refresh changes; returns the change, which can be undone.

    Raises `Invalid` for an empty or overlong name, `NotFound` for a merged cluster.
    """
    actor.require(Permission.CLUSTER_CORRECT)
    name = read_name(label)
    async with unit_of_work(actor) as unit:
        before = await fetch_one(
            "select label, label_by from cluster where id = $1 and merged_into is null for update", cluster_id
        )
        if before is None:
            raise NotFound(say("There is no such cluster."))
        reason = f"named by {actor.name}; it was called “{before['label']}”"
        change_id = await begin_change(
            unit, "renamed", reason=reason, cluster_id=cluster_id, label=before["label"], label_by=before["label_by"]
        )
        await execute("update cluster set label = $2, label_by = 'person' where id = $1", cluster_id, name)
        await note_change(unit, change_id, [cluster_id], "renamed", reason=reason, before=before["label"], after=name)
        unit.audit("cluster.rename", "cluster", cluster_id, before=before["label"], after=name)
    return change_id


async def move_questions(actor: Actor, question_ids: Collection[UUID], *, to: UUID | None) -> UUID:
    """Put questions into a cluster, or (None) leave them alone, and pin them there; returns the change.

    All move or none. Raises `NotFound` when a question or the cluster is not there, `Invalid` for none or too many.
    """
    actor.require(Permission.CLUSTER_CORRECT)
    chosen = check_chosen(question_ids)
    async with unit_of_work(actor) as unit:
        change_id = await begin_change(unit, "moved", reason=f"moved by {actor.name}")
        before = await clusters_of(actor, chosen)
        if to is not None:
            await check_alive([to])
        places = dict.fromkeys(chosen, to)
        await place_questions(
            unit, change_id, places, by="person", reason=f"put here by {actor.name}", pinning=Pinning.SET
        )
        await lift_contradicted(change_id, chosen)
        touched = {c for c in (*before.values(), to) if c}
        reason = f"{len(chosen)} {'question' if len(chosen) == 1 else 'questions'} moved by {actor.name}"
        await note_change(unit, change_id, touched, "moved", reason=reason, questions=list(chosen), to=to)
        for question_id in chosen:
            unit.audit("question.move", "question", question_id, before=before[question_id], after=to)
        unit.emit(ClustersCorrected(sorted(touched)))
    return change_id


def read_name(label: str) -> str:
    """The name with single spaces. Raises `Invalid` for an empty or overlong one."""
    name = " ".join(label.split())
    if not 1 <= len(name) <= LABEL_LENGTH:
        raise Invalid(say("The name does not fit."), {"label": say("1 to {most} characters", most=LABEL_LENGTH)})
    return name


def check_chosen(question_ids: Collection[UUID]) -> list[UUID]:
    """Each once, in one order. Raises `Invalid` for none or too many."""
    chosen = sorted(set(question_ids))
    if not 1 <= len(chosen) <= AT_ONCE:
        raise Invalid(say("That is not possible."), {"questions": say("Choose 1 to {most} questions.", most=AT_ONCE)})
    return chosen


async def clusters_of(actor: Actor, question_ids: Collection[UUID]) -> dict[UUID, UUID | None]:
    """Where these questions stand. Raises `NotFound` when one of them is not there, or not for this person."""
    rows = await fetch_all(
        "select id, cluster_id from question where id = any($1::uuid[]) and visibility = any($2) order by id",
        list(question_ids),
        actor.visibilities,
    )
    if len(rows) < len(set(question_ids)):
        raise NotFound(say("There is no such question."))
    return {row["id"]: row["cluster_id"] for row in rows}


async def check_alive(cluster_ids: Collection[UUID]) -> None:
    """Raises `NotFound` unless all are clusters that were not merged; locks them for the unit."""
    rows = await fetch_all(
        "select id from cluster where id = any($1::uuid[]) and merged_into is null order by id for update",
        sorted(set(cluster_ids)),
    )
    if len(rows) < len(set(cluster_ids)):
        raise NotFound(say("There is no such cluster."))
