"""One cluster is two: a person takes questions out of it, and no refresh puts them back."""

from collections.abc import Collection
from uuid import UUID

from kb.clusters.changing import begin_change, bind, lift_contradicted, note_change, place_questions
from kb.clusters.correcting import check_alive, check_chosen, clusters_of, read_name
from kb.clusters.joining import found_cluster
from kb.clusters.messages import ClustersCorrected
from kb.clusters.obeying import BondKind
from kb.core.actor import Actor
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.errors import Invalid
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work


async def split_cluster(actor: Actor, cluster_id: UUID, question_ids: Collection[UUID], *, label: str = "") -> UUID:
    """The chosen questions become a cluster of their own, apart from the rest for good; returns its id.

    Without a `label` the next refresh finds words for it. Raises `Invalid` when a question is not of this cluster or
    nothing would remain, `NotFound` when something is not there.
    """
    actor.require(Permission.CLUSTER_CORRECT)
    name, chosen = (read_name(label) if label.strip() else ""), check_chosen(question_ids)
    async with unit_of_work(actor) as unit:
        new_id, _ = await split_within(unit, cluster_id, chosen, label=name)
    return new_id


async def split_within(
    unit: UnitOfWork, cluster_id: UUID, question_ids: Collection[UUID], *, label: str = ""
) -> tuple[UUID, UUID]:
    """As `split_cluster`, inside the caller's unit and with its actor; returns the new cluster and the change."""
    reason = f"split by {unit.actor.name}"
    change_id = await begin_change(unit, "split", reason=reason, cluster_id=cluster_id)
    await check_alive([cluster_id])
    rest = await _rest_of(unit.actor, cluster_id, question_ids)
    title = await fetch_value("select title from question where id = $1", min(question_ids))
    new_id = await found_cluster(unit, label=label or title, reason=reason, representative_id=min(question_ids))
    await execute("update cluster set label_by = 'person' where id = $1 and $2 <> ''", new_id, label)
    await place_questions(unit, change_id, dict.fromkeys(question_ids, new_id), by="person", reason=reason)
    await bind(change_id, BondKind.SAME, dict.fromkeys(question_ids, 0))
    await bind(change_id, BondKind.APART, {**dict.fromkeys(question_ids, 0), **dict.fromkeys(rest, 1)})
    await lift_contradicted(change_id, question_ids)
    said = f"{len(question_ids)} questions, {reason}"
    await note_change(unit, change_id, [cluster_id, new_id], "split", reason=said, new=new_id)
    unit.audit("cluster.split", "cluster", cluster_id, new=new_id, questions=len(question_ids))
    unit.emit(ClustersCorrected(sorted([cluster_id, new_id])))
    return new_id, change_id


async def _rest_of(actor: Actor, cluster_id: UUID, question_ids: Collection[UUID]) -> list[UUID]:
    """What stays. Raises `Invalid` when nothing does, or when a chosen question is elsewhere."""
    places = await clusters_of(actor, question_ids)
    if any(place != cluster_id for place in places.values()):
        raise Invalid(
            say("The cluster was not split."), {"questions": say("One of them is not in this cluster any more.")}
        )
    rows = await fetch_all("select id from question where cluster_id = $1", cluster_id)
    rest = [row["id"] for row in rows if row["id"] not in places]
    if not rest:
        raise Invalid(say("The cluster was not split."), {"questions": say("Leave at least one question where it is.")})
    return rest
