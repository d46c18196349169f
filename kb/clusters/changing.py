"""One change of clusters as a whole: written down with where it found every question, so that it can be taken back."""

import json
from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any
from uuid import UUID

from kb.clusters.counting import recount_clusters
from kb.clusters.events import note_event
from kb.clusters.messages import QuestionClustered
from kb.clusters.obeying import Bond, BondKind, Words, find_broken
from kb.core.database import execute, execute_many, fetch_all, fetch_value
from kb.core.ids import new_id
from kb.core.unit_of_work import UnitOfWork

_CHANGES_LOCK = 7_310_002
"""Held by whoever changes many places: two refreshes, or a refresh and a person, would undo each other's."""


class Pinning(StrEnum):
    """What becomes of pins: SET holds the questions in their new place, FOLLOW re-points those there are, DROP lets go."""

    SET = "set"
    FOLLOW = "follow"
    DROP = "drop"


async def wait_for_changes() -> None:
    """Wait until no other unit changes clusters, and keep others waiting until this one ends."""
    await fetch_value("select pg_advisory_xact_lock($1)", _CHANGES_LOCK)


async def begin_change(unit: UnitOfWork, kind: str, *, reason: str, **detail: Any) -> UUID:
    """Open a change inside its unit; the first of a unit waits for any other change to end."""
    await wait_for_changes()
    change_id = new_id()
    await execute(
        "insert into cluster_change (id, kind, actor_id, actor_name, reason, detail, created_at)"
        " values ($1, $2, $3, $4, $5, $6::jsonb, $7)",
        change_id,
        kind,
        unit.actor.person_id,
        unit.actor.name,
        reason,
        json.dumps(detail, default=str),
        unit.now,
    )
    return change_id


async def place_questions(
    unit: UnitOfWork,
    change_id: UUID,
    places: Mapping[UUID, UUID | None],
    *,
    by: str,
    reason: str,
    pinning: Pinning = Pinning.FOLLOW,
) -> list[UUID]:
    """Put questions where they belong now and write down where they were; returns those that moved.

    `by` is `person` or `refresh`. A question that already stands there is touched only to pin it.
    """
    if not places:
        return []
    ids, clusters = list(places), list(places.values())
    await fetch_all("select id from question where id = any($1::uuid[]) order by id for update", sorted(ids))
    await execute(_NOTE_MOVES, change_id, ids, clusters, pinning)
    await _pin(unit, change_id, pinning)
    rows = await fetch_all(
        "update question q set cluster_id = m.to_cluster, joined_by = case when m.to_cluster is null then null else $2 end,"
        "   joined_reason = $3, considered_at = coalesce(q.considered_at, $4)"
        " from cluster_move m where m.change_id = $1 and q.id = m.question_id and q.cluster_id is distinct from m.to_cluster"
        " returning q.id, m.from_cluster, m.to_cluster",
        change_id,
        by,
        reason,
        unit.now,
    )
    await recount_clusters({c for row in rows for c in (row["from_cluster"], row["to_cluster"]) if c})
    for row in rows:
        if row["to_cluster"]:
            unit.emit(QuestionClustered(row["id"], row["to_cluster"]))
    return [row["id"] for row in rows]


async def place_unrecorded(unit: UnitOfWork, places: Mapping[UUID, UUID | None], *, reason: str) -> None:
    """Put lone questions into clusters that a refresh has just founded: there is nothing that could be taken back."""
    await execute(
        "update question q set cluster_id = w.cluster_id, joined_by = 'refresh', joined_reason = $3,"
        "   considered_at = coalesce(considered_at, $4)"
        " from unnest($1::uuid[], $2::uuid[]) as w (id, cluster_id) where q.id = w.id and q.cluster_id is null",
        list(places),
        list(places.values()),
        reason,
        unit.now,
    )
    await recount_clusters({c for c in places.values() if c})
    for question_id, cluster_id in places.items():
        if cluster_id:
            unit.emit(QuestionClustered(question_id, cluster_id))


_NOTE_MOVES = """
insert into cluster_move (change_id, question_id, from_cluster, to_cluster, joined_by, joined_reason, considered_at,
    pin_touched, pin_before)
select $1, q.id, q.cluster_id, w.cluster_id, q.joined_by, q.joined_reason, q.considered_at,
    case $4 when 'set' then true when 'drop' then p.question_id is not null
        else p.question_id is not null and p.cluster_id is distinct from w.cluster_id end,
    case when p.question_id is not null
        then jsonb_build_object('cluster_id', p.cluster_id, 'actor_id', p.actor_id, 'created_at', p.created_at) end
from unnest($2::uuid[], $3::uuid[]) as w (id, cluster_id) join question q on q.id = w.id
    left join cluster_pin p on p.question_id = q.id
where q.cluster_id is distinct from w.cluster_id or $4 = 'set' or ($4 = 'drop' and p.question_id is not null)
"""


async def _pin(unit: UnitOfWork, change_id: UUID, pinning: Pinning) -> None:
    if pinning is Pinning.DROP:
        await execute(
            "delete from cluster_pin p using cluster_move m where m.change_id = $1 and p.question_id = m.question_id",
            change_id,
        )
        return
    await execute(
        "insert into cluster_pin (question_id, cluster_id, actor_id, created_at)"
        " select m.question_id, m.to_cluster, $2, $3 from cluster_move m where m.change_id = $1 and m.pin_touched"
        " on conflict (question_id) do update set cluster_id = excluded.cluster_id, actor_id = excluded.actor_id,"
        "   created_at = excluded.created_at",
        change_id,
        unit.actor.person_id,
        unit.now,
    )


async def bind(change_id: UUID, kind: BondKind, sides: Mapping[UUID, int]) -> None:
    """Write down a person's word about these questions; `sides` is all 0 for SAME."""
    await execute_many(
        "insert into question_bond (change_id, kind, question_id, side) values ($1, $2, $3, $4)",
        [(change_id, kind, question_id, side) for question_id, side in sorted(sides.items())],
    )


async def lift_contradicted(change_id: UUID, moved: Collection[UUID]) -> None:
    """Older words about questions that moved against them are in force no more for these; undoing brings them back."""
    words = await read_words(about=moved)
    broken = find_broken(await read_places(words), words) & set(moved)
    await execute(
        "update question_bond b set lifted_by = $1 where b.question_id = any($2::uuid[]) and b.lifted_by is null"
        " and b.change_id <> $1",
        change_id,
        sorted(broken),
    )


async def read_words(*, about: Collection[UUID] | None = None) -> Words:
    """What people said and is in force: all of it, or pins and whole bonds in which these questions occur."""
    chosen = None if about is None else sorted(about)
    pins = await fetch_all(
        "select question_id, cluster_id from cluster_pin where $1::uuid[] is null or question_id = any($1)", chosen
    )
    rows = await fetch_all(
        "select change_id, kind, question_id, side from question_bond b where lifted_by is null and ($1::uuid[] is null"
        " or exists (select 1 from question_bond a where a.change_id = b.change_id and a.kind = b.kind"
        "   and a.question_id = any($1) and a.lifted_by is null)) order by change_id, kind, question_id",
        chosen,
    )
    bonds: dict[tuple[UUID, str], dict[UUID, int]] = {}
    for row in rows:
        bonds.setdefault((row["change_id"], row["kind"]), {})[row["question_id"]] = row["side"]
    return Words(
        {row["question_id"]: row["cluster_id"] for row in pins},
        [Bond(BondKind(kind), sides) for (_, kind), sides in bonds.items()],
    )


async def read_places(words: Words) -> dict[UUID, UUID | None]:
    """Where the questions stand now that somebody said something about."""
    ids = {*words.pins, *(q for bond in words.bonds for q in bond.sides)}
    rows = await fetch_all("select id, cluster_id from question where id = any($1::uuid[])", sorted(ids))
    return {row["id"]: row["cluster_id"] for row in rows}


async def note_change(
    unit: UnitOfWork, change_id: UUID, cluster_ids: Collection[UUID], kind: str, *, reason: str, **detail: Any
) -> None:
    """The change as a line in the history of every cluster it touched."""
    for cluster_id in sorted(cluster_ids):
        await note_event(unit, cluster_id, kind, reason=reason, change_id=change_id, **detail)
