"""Two clusters are one: a person says so, and the number of the one that ended leads to its heir for ever."""

from uuid import UUID

from kb.clusters.changing import begin_change, bind, lift_contradicted, note_change, place_questions
from kb.clusters.correcting import check_alive
from kb.clusters.messages import ClustersCorrected
from kb.clusters.obeying import BondKind
from kb.core.actor import Actor
from kb.core.database import execute, fetch_all, fetch_one
from kb.core.errors import Invalid
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work


async def merge_clusters(actor: Actor, cluster_id: UUID, *, into: UUID) -> UUID:
    """All questions of the one go into the other and stay together over every refresh; returns the change.

    A name that a person gave survives: that of `into`, else that of the cluster that ended.
    Raises `Invalid` for a cluster and itself, `NotFound` when one is not there or was merged before.
    """
    actor.require(Permission.CLUSTER_CORRECT)
    if cluster_id == into:
        raise Invalid(say("A cluster cannot be merged into itself."), {"into": say("Name another cluster.")})
    async with unit_of_work(actor) as unit:
        return await merge_within(unit, cluster_id, into=into)


async def merge_within(unit: UnitOfWork, cluster_id: UUID, *, into: UUID) -> UUID:
    """As `merge_clusters`, inside the caller's unit and with its actor."""
    reason = f"{await say_numbers(cluster_id, into)} by {unit.actor.name}"
    led = await fetch_all("select id from cluster where merged_into = $1 order by id", cluster_id)
    heir = await fetch_one("select label, label_by from cluster where id = $1", into)
    change_id = await begin_change(
        unit,
        "merged",
        reason=reason,
        cluster_id=cluster_id,
        into=into,
        led=[row["id"] for row in led],
        label=heir["label"] if heir else "",
        label_by=heir["label_by"] if heir else "words",
    )
    await check_alive([cluster_id, into])
    rows = await fetch_all("select id, cluster_id from question where cluster_id = any($1::uuid[])", [cluster_id, into])
    moving = [row["id"] for row in rows if row["cluster_id"] == cluster_id]
    moved = await place_questions(unit, change_id, dict.fromkeys(moving, into), by="person", reason=reason)
    await bind(change_id, BondKind.SAME, {row["id"]: 0 for row in rows})
    await lift_contradicted(change_id, moved)
    await _end(cluster_id, into)
    await note_change(unit, change_id, [cluster_id, into], "merged", reason=reason, into=into)
    unit.audit("cluster.merge", "cluster", cluster_id, into=into, questions=len(moving))
    unit.emit(ClustersCorrected(sorted([cluster_id, into])))
    return change_id


async def say_numbers(cluster_id: UUID, into: UUID) -> str:
    """Which went into which, for the histories of both."""
    rows = await fetch_all("select id, number from cluster where id = any($1::uuid[])", [cluster_id, into])
    numbers = {row["id"]: row["number"] for row in rows}
    return f"#{numbers.get(cluster_id, '?')} merged into #{numbers.get(into, '?')}"


async def _end(cluster_id: UUID, into: UUID) -> None:
    """It and all that had been merged into it lead to the heir in one step; a person's name for it is not lost."""
    await execute("update cluster set merged_into = $2 where id = $1 or merged_into = $1", cluster_id, into)
    await execute(
        "update cluster h set label = e.label, label_by = 'person' from cluster e"
        " where h.id = $2 and e.id = $1 and h.label_by <> 'person' and e.label_by = 'person'",
        cluster_id,
        into,
    )
