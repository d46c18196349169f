"""Two questions are the same problem, or they are not: a person says so, and every refresh and the online step obey."""

from uuid import UUID

from kb.clusters.changing import Pinning, begin_change, bind, lift_contradicted, note_change, place_questions
from kb.clusters.correcting import check_alive, clusters_of
from kb.clusters.joining import found_cluster
from kb.clusters.messages import ClustersCorrected
from kb.clusters.obeying import BondKind
from kb.core.actor import Actor
from kb.core.database import fetch_all, fetch_value
from kb.core.errors import Invalid
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work


async def say_same(actor: Actor, one: UUID, other: UUID) -> UUID:
    """Both want the same answer. The one in the smaller cluster (or in none) goes to the other; returns the change."""
    actor.require(Permission.CLUSTER_CORRECT)
    _check_two(one, other)
    async with unit_of_work(actor) as unit:
        reason = f"{actor.name} said it is the same problem"
        change_id = await begin_change(unit, "same", reason=reason)
        before = await clusters_of(actor, [one, other])
        target = await _larger(before) or await _found(unit, one, reason)
        places = dict.fromkeys((one, other), target)
        moved = await place_questions(unit, change_id, places, by="person", reason=reason)
        await bind(change_id, BondKind.SAME, {one: 0, other: 0})
        await _write_down(unit, change_id, BondKind.SAME, [one, other], moved, {*before.values(), target})
    return change_id


async def say_apart(actor: Actor, one: UUID, other: UUID) -> UUID:
    """They want different answers. If they stand together, `other` leaves and stands alone until it is like others."""
    actor.require(Permission.CLUSTER_CORRECT)
    _check_two(one, other)
    async with unit_of_work(actor) as unit:
        reason = f"{actor.name} said it is not the same problem"
        change_id = await begin_change(unit, "apart", reason=reason)
        before = await clusters_of(actor, [one, other])
        together = before[one] is not None and before[one] == before[other]
        leaving: dict[UUID, UUID | None] = {other: None} if together else {}
        moved = await place_questions(unit, change_id, leaving, by="person", reason=reason, pinning=Pinning.DROP)
        await bind(change_id, BondKind.APART, {one: 0, other: 1})
        await _write_down(unit, change_id, BondKind.APART, [one, other], moved, set(before.values()))
    return change_id


async def say_clusters_apart(actor: Actor, one: UUID, other: UUID) -> UUID:
    """No question of the one belongs with any of the other: no refresh merges them. Returns the change."""
    actor.require(Permission.CLUSTER_CORRECT)
    _check_two(one, other)
    async with unit_of_work(actor) as unit:
        reason = f"{actor.name} said that the two are not the same"
        change_id = await begin_change(unit, "apart", reason=reason)
        await check_alive([one, other])
        rows = await fetch_all("select id, cluster_id from question where cluster_id = any($1::uuid[])", [one, other])
        await bind(change_id, BondKind.APART, {row["id"]: int(row["cluster_id"] == other) for row in rows})
        await note_change(unit, change_id, [one, other], "apart", reason=reason)
        unit.audit("cluster.apart", "cluster", one, other=other)
        unit.emit(ClustersCorrected(sorted([one, other])))
    return change_id


def _check_two(one: UUID, other: UUID) -> None:
    if one == other:
        raise Invalid(say("That is one question."), {"other": say("Name another question.")})


async def _larger(before: dict[UUID, UUID | None]) -> UUID | None:
    rows = await fetch_all(
        "select id from cluster where id = any($1::uuid[]) order by question_count desc, number limit 1",
        [c for c in before.values() if c],
    )
    return rows[0]["id"] if rows else None


async def _found(unit: UnitOfWork, question_id: UUID, reason: str) -> UUID:
    title = await fetch_value("select title from question where id = $1", question_id)
    return await found_cluster(unit, label=title, reason=reason, representative_id=question_id)


async def _write_down(
    unit: UnitOfWork, change_id: UUID, kind: BondKind, pair: list[UUID], moved: list[UUID], touched: set[UUID | None]
) -> None:
    await lift_contradicted(change_id, moved)
    clusters = sorted(c for c in touched if c)
    word = "is" if kind is BondKind.SAME else "is not"
    reason = f"{unit.actor.name} said that one question {word} the same problem as another"
    await note_change(unit, change_id, clusters, kind, reason=reason, questions=pair)
    unit.audit(f"question.{kind}", "question", pair[0], other=pair[1])
    unit.emit(ClustersCorrected(clusters))
