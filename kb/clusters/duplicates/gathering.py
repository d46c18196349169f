"""A confirmed duplicate is evidence that two questions are the same: the alias's are pinned into the original's cluster."""

import json
from typing import Any
from uuid import UUID

from kb.clusters.counting import recount_clusters
from kb.clusters.duplicates.sides import Side
from kb.clusters.events import note_event
from kb.clusters.messages import QuestionClustered
from kb.core.database import execute, fetch_all, fetch_one, fetch_value
from kb.core.unit_of_work import UnitOfWork

_FIELDS = ("cluster_id", "joined_by", "joined_reason", "similarity", "considered_at")
_PIN = ("cluster_id", "actor_id", "created_at")


async def join_original(unit: UnitOfWork, duplicate_id: UUID, alias: Side, original: Side, reason: str) -> None:
    """Pin the alias's questions where the original's first one stands; nowhere while that one stands alone."""
    target = await fetch_value(
        "select q.cluster_id from question q where q.source_kind = $1 and q.parent_id = $2 and q.cluster_id is not null"
        " order by q.asked_at, q.segment limit 1",
        original.kind,
        original.id,
    )
    if target is None:
        return
    before = [await _pin(unit, row, target, reason) for row in await _questions_of(alias)]
    await execute("update duplicate set clusters_before = $2::jsonb where id = $1", duplicate_id, json.dumps(before))
    await _tell(unit, {UUID(one["id"]): target for one in before}, _clusters(before) | {target}, reason)


async def _questions_of(side: Side) -> list[Any]:
    return await fetch_all(
        f"select id, {', '.join(_FIELDS)} from question where source_kind = $1 and parent_id = $2 order by id for update",
        side.kind,
        side.id,
    )


async def _pin(unit: UnitOfWork, row: Any, target: UUID, reason: str) -> dict[str, Any]:
    """Pin one question and return how it stood, as text that Postgres reads back to the microsecond."""
    pin = await fetch_one(f"select {', '.join(_PIN)} from cluster_pin where question_id = $1", row["id"])
    await execute(
        "insert into cluster_pin (question_id, cluster_id, actor_id, created_at) values ($1, $2, $3, $4)"
        " on conflict (question_id) do update set cluster_id = $2, actor_id = $3, created_at = $4",
        row["id"],
        target,
        unit.actor.person_id,
        unit.now,
    )
    await execute(
        "update question set cluster_id = $2, joined_by = 'person', joined_reason = $3, considered_at = $4 where id = $1",
        row["id"],
        target,
        reason,
        unit.now,
    )
    return {
        "id": str(row["id"]),
        "pinned_at": str(unit.now),
        "question": {name: _plain(row[name]) for name in _FIELDS},
        "pin": {name: _plain(pin[name]) for name in _PIN} if pin else None,
    }


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, float) else str(value)


async def leave_original(unit: UnitOfWork, duplicate_id: UUID, reason: str) -> None:
    """Give the questions back to where they stood, except those that somebody has moved since."""
    text = await fetch_value("select clusters_before from duplicate where id = $1", duplicate_id)
    gone_back: dict[UUID, UUID | None] = {}
    clusters: set[UUID] = set()
    for one in json.loads(text) if text else []:
        left = await _give_back(one)
        if left is not None:
            back = one["question"]["cluster_id"]
            gone_back[UUID(one["id"])] = UUID(back) if back else None
            clusters |= {left} | _clusters([one])
    await _tell(unit, gone_back, clusters, reason)


async def _give_back(one: dict[str, Any]) -> UUID | None:
    """The cluster it left; None where the pin is no longer ours."""
    left: UUID | None = await fetch_value(
        "delete from cluster_pin where question_id = $1::text::uuid and created_at = $2::text::timestamptz returning cluster_id",
        one["id"],
        one["pinned_at"],
    )
    if left is None:
        return None
    was, pin = one["question"], one["pin"]
    await execute(
        "update question set cluster_id = (select id from cluster where id = $2::text::uuid), joined_by = $3,"
        " joined_reason = $4, similarity = $5, considered_at = $6::text::timestamptz where id = $1::text::uuid",
        one["id"],
        *(was[name] for name in _FIELDS),
    )
    if pin:
        await execute(
            "insert into cluster_pin (question_id, cluster_id, actor_id, created_at)"
            " values ($1::text::uuid, $2::text::uuid, $3::text::uuid, $4::text::timestamptz)",
            one["id"],
            *(pin[name] for name in _PIN),
        )
    return left


def _clusters(before: list[dict[str, Any]]) -> set[UUID]:
    return {UUID(one["question"]["cluster_id"]) for one in before if one["question"]["cluster_id"]}


async def _tell(unit: UnitOfWork, moved: dict[UUID, Any], clusters: set[UUID], reason: str) -> None:
    await recount_clusters(clusters)
    for cluster_id in sorted(clusters):
        await note_event(unit, cluster_id, "moved", reason=reason, questions=[str(id_) for id_ in moved])
    for question_id, cluster_id in moved.items():
        if cluster_id:
            unit.emit(QuestionClustered(question_id, cluster_id))
