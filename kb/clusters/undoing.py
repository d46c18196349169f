"""Taking a change back: every question it moved stands where it stood, unless somebody has decided about it since."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from kb.clusters.changing import begin_change, bind, note_change, read_places, read_words
from kb.clusters.counting import recount_clusters
from kb.clusters.messages import ClustersCorrected, QuestionClustered
from kb.clusters.obeying import BondKind, Words, find_broken, obey
from kb.core.actor import Actor
from kb.core.database import execute, fetch_all, fetch_one
from kb.core.errors import Conflict, NotFound
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work


async def undo_change(actor: Actor, change_id: UUID) -> UUID:
    """Take back a correction, or what a refresh did; returns the change that undid it.

    Undone at once, a correction leaves no trace but its history. Undone later, what people decided since about a question
    stands. Undoing a refresh is itself a person's word: later refreshes do not do it again.
    Raises `NotFound`, and `Conflict` when it was undone before.
    """
    actor.require(Permission.CLUSTER_CORRECT)
    async with unit_of_work(actor) as unit:
        reason = f"undone by {actor.name}"
        undoing = await begin_change(unit, "undone", reason=reason, change_id=change_id)
        change = await fetch_one(
            "select * from cluster_change where id = $1 and kind <> 'undone' for update", change_id
        )
        if change is None:
            raise NotFound(say("There is no such change."))
        if change["undone_by"]:
            raise Conflict(say("This was undone before."))
        detail = msgspec.json.decode(change["detail"])
        await execute("update cluster_change set undone_by = $2 where id = $1", change_id, undoing)
        touched = await _touched_by(change_id)
        await _take_back_words(change_id)
        await _revive(change["kind"], detail)
        moved = await _move_back(unit, change_id)
        await _lift_what_cannot_return(undoing)
        if change["actor_id"] is None:
            await _forbid(undoing, change["kind"], detail, moved)
        await _unname(change_id, change["kind"], detail)
        await _close_empty(change["kind"], touched, detail)
        await note_change(unit, undoing, touched, "undone", reason=f"“{change['reason']}” {reason}")
        unit.audit("cluster.undo", "cluster_change", change_id, kind=change["kind"], questions=len(moved))
        unit.emit(ClustersCorrected(sorted(touched)))
    return undoing


async def _touched_by(change_id: UUID) -> set[UUID]:
    rows = await fetch_all("select distinct cluster_id from cluster_event where change_id = $1", change_id)
    return {row["cluster_id"] for row in rows}


async def _take_back_words(change_id: UUID) -> None:
    await execute("delete from question_bond where change_id = $1", change_id)
    await execute("update question_bond set lifted_by = null where lifted_by = $1", change_id)


async def _revive(kind: str, detail: Mapping[str, Any]) -> None:
    """A cluster that was merged away is there again, and what had been merged into it leads to it again."""
    if kind == "merged":
        here = [UUID(detail["cluster_id"]), UUID(detail["into"])]
        await execute("update cluster set merged_into = null where id = $1 and merged_into = $2", *here)
        led = [UUID(one) for one in detail.get("led", [])]
        await execute(
            "update cluster set merged_into = $1 where id = any($3::uuid[]) and merged_into = $2"
            " and exists (select from cluster c where c.id = $1 and c.merged_into is null)",
            *here,
            led,
        )


async def _move_back(unit: UnitOfWork, change_id: UUID) -> list[UUID]:
    """Questions that still stand where the change put them, unless decided about since or bound by an older word."""
    rows = await fetch_all(_STILL_THERE, change_id)
    wanted = {row["question_id"]: row["from_cluster"] for row in rows}
    words = await read_words(about=wanted)
    others = Words({q: c for q, c in words.pins.items() if q not in wanted}, words.bonds)
    present = {**await read_places(others), **{row["question_id"]: row["to_cluster"] for row in rows}}
    settled = obey({**present, **wanted}, present, others)
    returning = sorted(q for q, c in wanted.items() if settled[q] == c)
    await execute(_UNPIN, change_id, returning)
    await execute(_RETURN, change_id, returning)
    await recount_clusters({c for row in rows for c in (row["from_cluster"], row["to_cluster"]) if c})
    for question_id in returning:
        if cluster_id := wanted[question_id]:
            unit.emit(QuestionClustered(question_id, cluster_id))
    return returning


_STILL_THERE = """
select m.* from cluster_move m join question q on q.id = m.question_id
where m.change_id = $1 and q.cluster_id is not distinct from m.to_cluster
    and not exists (select 1 from cluster_move n join cluster_change k on k.id = n.change_id
        where n.question_id = m.question_id and k.id > $1 and k.actor_id is not null and k.undone_by is null
            and k.kind <> 'undone')
    and not exists (select 1 from question_bond b
        where b.question_id = m.question_id and b.change_id > $1 and b.lifted_by is null)
    and (m.from_cluster is null or exists (select 1 from cluster c where c.id = m.from_cluster and c.merged_into is null))
order by m.question_id
for update of q
"""

_UNPIN = """
with touched as (select * from cluster_move where change_id = $1 and question_id = any($2::uuid[]) and pin_touched),
gone as (delete from cluster_pin p using touched t where p.question_id = t.question_id and t.pin_before is null)
insert into cluster_pin (question_id, cluster_id, actor_id, created_at)
select question_id, (pin_before ->> 'cluster_id')::uuid, (pin_before ->> 'actor_id')::uuid,
    (pin_before ->> 'created_at')::timestamptz
from touched where pin_before is not null
on conflict (question_id) do update set cluster_id = excluded.cluster_id, actor_id = excluded.actor_id,
    created_at = excluded.created_at
"""

_RETURN = """
update question q set cluster_id = m.from_cluster, joined_by = m.joined_by, joined_reason = m.joined_reason,
    considered_at = m.considered_at
from cluster_move m where m.change_id = $1 and q.id = m.question_id and q.id = any($2::uuid[])
"""


async def _lift_what_cannot_return(undoing: UUID) -> None:
    """An older word that came back but that people's later decisions contradict stays lifted."""
    words = await read_words()
    broken = find_broken(await read_places(words), words)
    await execute(
        "update question_bond set lifted_by = $1 where lifted_by is null and question_id = any($2::uuid[])",
        undoing,
        sorted(broken),
    )


async def _forbid(undoing: UUID, kind: str, detail: Mapping[str, Any], moved: list[UUID]) -> None:
    """What a refresh did and a person took back is a word of that person from now on."""
    if not moved:
        return
    others = await fetch_all(
        "select id, cluster_id from question where cluster_id = $1 and id <> all($2::uuid[])",
        UUID(detail["into"] if kind == "merged" else detail["cluster_id"]),
        moved,
    )
    rest = [row["id"] for row in others]
    if kind == "split" and rest:
        await bind(undoing, BondKind.SAME, dict.fromkeys([*moved, *rest], 0))
    elif kind == "merged" and rest:
        await bind(undoing, BondKind.APART, {**dict.fromkeys(moved, 0), **dict.fromkeys(rest, 1)})
    elif kind == "moved":
        await _pin_back(undoing, moved)


async def _pin_back(undoing: UUID, moved: list[UUID]) -> None:
    await execute(
        "insert into cluster_pin (question_id, cluster_id, actor_id, created_at)"
        " select q.id, q.cluster_id, k.actor_id, k.created_at from question q, cluster_change k"
        " where k.id = $1 and q.id = any($2::uuid[]) on conflict (question_id) do nothing",
        undoing,
        moved,
    )


async def _unname(change_id: UUID, kind: str, detail: Mapping[str, Any]) -> None:
    """The name from before, where nobody has given another since."""
    if kind not in {"renamed", "merged"} or "label" not in detail:
        return
    cluster_id = UUID(detail["cluster_id"] if kind == "renamed" else detail["into"])
    await execute(
        "update cluster set label = $2, label_by = $3 where id = $1 and label_by = 'person' and not exists"
        " (select 1 from cluster_event e join cluster_change k on k.id = e.change_id where e.cluster_id = $1"
        "   and k.id > $4 and k.kind in ('renamed', 'merged') and k.undone_by is null)",
        cluster_id,
        detail["label"],
        detail["label_by"],
        change_id,
    )


async def _close_empty(kind: str, touched: set[UUID], detail: Mapping[str, Any]) -> None:
    """The number of a cluster that a split made leads back to where its questions went."""
    if kind == "split":
        origin = UUID(detail["cluster_id"])
        await execute(
            "update cluster c set merged_into = $1 where c.id = any($2::uuid[]) and c.id <> $1 and c.merged_into is null"
            " and not exists (select 1 from question q where q.cluster_id = c.id)",
            origin,
            list(touched),
        )
