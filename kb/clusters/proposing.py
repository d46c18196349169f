"""What a refresh would do to large clusters and leaves to people: accepted it is done, refused it is never proposed again."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from kb.clusters.changing import begin_change, bind, note_change
from kb.clusters.merging import merge_within
from kb.clusters.messages import ClustersCorrected
from kb.clusters.obeying import BondKind
from kb.clusters.splitting import split_within
from kb.core.actor import Actor
from kb.core.database import execute, execute_many, fetch_all, fetch_one
from kb.core.errors import Conflict, NotFound
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work


@dataclass(frozen=True, slots=True)
class Proposal:
    """`kind` is `merge` (into `into`) or `split`; `question_ids` are those that would move."""

    kind: str
    cluster_id: UUID
    into: UUID | None
    question_ids: Sequence[UUID]
    reason: str


async def replace_proposals(unit: UnitOfWork, proposals: Sequence[Proposal]) -> None:
    """The open proposals are those of the last refresh; one that it makes again keeps its id and its time."""
    open_ones = await fetch_all("select id, kind, cluster_id, into_id from cluster_proposal where decision is null")
    known = {(row["kind"], row["cluster_id"], row["into_id"]): row["id"] for row in open_ones}
    kept = [known[key] for p in proposals if (key := (p.kind, p.cluster_id, p.into)) in known]
    await execute("delete from cluster_proposal where decision is null and id <> all($1::uuid[])", kept)
    await execute_many(
        "insert into cluster_proposal (id, kind, cluster_id, into_id, question_ids, reason, created_at)"
        " values ($1, $2, $3, $4, $5, $6, $7) on conflict (id) do update set question_ids = $5, reason = $6",
        [
            (
                known.get((p.kind, p.cluster_id, p.into)) or new_id(),
                p.kind,
                p.cluster_id,
                p.into,
                list(p.question_ids),
                p.reason,
                unit.now,
            )
            for p in proposals
        ],
    )


async def accept_proposal(actor: Actor, proposal_id: UUID) -> UUID:
    """Do it, as this person's own correction; returns the change.

    Raises `NotFound`, and `Conflict` when it was decided before or what it is about has changed since.
    """
    actor.require(Permission.CLUSTER_CORRECT)
    async with unit_of_work(actor) as unit:
        row = await _decide(unit, proposal_id, "accepted")
        if row["kind"] == "merge":
            return await merge_within(unit, row["cluster_id"], into=row["into_id"])
        there = await fetch_all(
            "select id from question where id = any($1::uuid[]) and cluster_id = $2 order by id",
            row["question_ids"],
            row["cluster_id"],
        )
        if not there:
            raise Conflict(say("These questions are elsewhere by now."))
        _, change_id = await split_within(unit, row["cluster_id"], [one["id"] for one in there])
        return change_id


async def refuse_proposal(actor: Actor, proposal_id: UUID) -> UUID:
    """Leave it as it is, for good: the two clusters are apart, or the one stays together. Returns the change."""
    actor.require(Permission.CLUSTER_CORRECT)
    async with unit_of_work(actor) as unit:
        row = await _decide(unit, proposal_id, "refused")
        merge = row["kind"] == "merge"
        kind = BondKind.APART if merge else BondKind.SAME
        said = "said that the two are not the same" if merge else "said that it is one problem"
        change_id = await begin_change(unit, kind, reason=f"{actor.name} {said}")
        clusters = [row["cluster_id"], row["into_id"]] if merge else [row["cluster_id"]]
        members = await fetch_all("select id, cluster_id from question where cluster_id = any($1::uuid[])", clusters)
        await bind(change_id, kind, {one["id"]: clusters.index(one["cluster_id"]) for one in members})
        await note_change(unit, change_id, clusters, kind, reason=f"{actor.name} {said}")
        unit.audit("cluster.refuse", "cluster", row["cluster_id"], kind=row["kind"], into=row["into_id"])
        unit.emit(ClustersCorrected(sorted(clusters)))
    return change_id


async def _decide(unit: UnitOfWork, proposal_id: UUID, decision: str) -> asyncpg.Record:
    row = await fetch_one("select * from cluster_proposal where id = $1 for update", proposal_id)
    if row is None:
        raise NotFound(say("There is no such proposal. A refresh may have withdrawn it."))
    if row["decision"]:
        raise Conflict(say("This was decided before."))
    await execute(
        "update cluster_proposal set decision = $2, decided_by = $3, decided_at = $4 where id = $1",
        proposal_id,
        decision,
        unit.actor.person_id,
        unit.now,
    )
    return row
