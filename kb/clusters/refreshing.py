"""The periodic refresh: all questions grouped afresh from where they stand, old ids kept, people's pins obeyed, words found."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from kb.clusters.counting import recount_clusters
from kb.clusters.embedding import vector_from_bytes
from kb.clusters.events import note_event
from kb.clusters.grouping import ALONE, Grouping
from kb.clusters.joining import found_cluster
from kb.clusters.matching import Dissolved, Event, Founded, Kept, Matching, Merged, Split, match_groups
from kb.clusters.messages import ClustersRefreshed, QuestionClustered
from kb.clusters.naming import choose_names, write_names
from kb.clusters.regrouping import GROWTH_BETWEEN_REFRESHES, has_grown_enough, regroup
from kb.core.actor import SYSTEM
from kb.core.database import execute, execute_many, fetch_all, fetch_value
from kb.core.ids import new_id
from kb.core.unit_of_work import UnitOfWork, unit_of_work

_REFRESH_LOCK = 7_310_002
"""Two refreshes at once would undo each other's ids."""


@dataclass(frozen=True, slots=True)
class RefreshReport:
    """What a refresh saw and changed."""

    questions: int
    clusters: int
    changed: int
    seconds: float


@dataclass(frozen=True, slots=True)
class _Stand:
    """All questions with vectors of the active model, and where they stand."""

    ids: list[UUID]
    clusters: list[UUID | None]
    texts: list[str]
    vectors: NDArray[np.float32]
    pins: dict[UUID, UUID | None]

    def before(self) -> dict[UUID, UUID]:
        """Question to cluster, those alone left out."""
        return {q: c for q, c in zip(self.ids, self.clusters, strict=True) if c is not None}


async def refresh_clusters() -> RefreshReport:
    """Group every question and write down what changed. The computing happens outside any transaction.

    A question that moved while the refresh was computing keeps its newer place until the next one.
    """
    began = time.perf_counter()
    stand = await _read_stand()
    grouping = await asyncio.to_thread(regroup, stand.vectors, stand.texts, stand.clusters)
    after = {q: int(g) for q, g in zip(stand.ids, grouping.groups, strict=True) if g != ALONE}
    matching = match_groups(stand.before(), after)
    async with unit_of_work(SYSTEM) as unit:
        await fetch_value("select pg_advisory_xact_lock($1)", _REFRESH_LOCK)
        new_place = await _places(unit, stand, after, matching)
        changed = await _move(unit, stand, new_place)
        await _note(unit, matching)
    names = await choose_names()
    async with unit_of_work(SYSTEM) as unit:
        await write_names(unit, names)
        return await _report(unit, stand, grouping, changed=changed, seconds=time.perf_counter() - began)


async def is_refresh_due(*, growth: float = GROWTH_BETWEEN_REFRESHES) -> bool:
    """Whether questions have grown by this share since the last refresh."""
    now_there = int(await fetch_value("select count(*) from question_vector"))
    then = await fetch_value("select questions from cluster_refresh order by id desc limit 1")
    return has_grown_enough(now_there, then or 0, growth=growth)


async def _read_stand() -> _Stand:
    rows = await fetch_all(
        "select q.id, q.cluster_id, q.text, vector_send(v.vector) as sent from question q join question_vector v on v.question_id = q.id"
        " join embedding_model m on m.id = v.model_id and m.active order by q.id"
    )
    pins = await fetch_all("select question_id, cluster_id from cluster_pin")
    vectors = [vector_from_bytes(row["sent"]) for row in rows]
    return _Stand(
        ids=[row["id"] for row in rows],
        clusters=[row["cluster_id"] for row in rows],
        texts=[row["text"] for row in rows],
        vectors=np.stack(vectors) if vectors else np.empty((0, 1), dtype=np.float32),
        pins={row["question_id"]: row["cluster_id"] for row in pins},
    )


async def _places(
    unit: UnitOfWork, stand: _Stand, after: Mapping[UUID, int], matching: Matching
) -> dict[UUID, UUID | None]:
    """The cluster each question belongs in now; new groups get new clusters, pinned questions stay where they were put."""
    ids: dict[int, UUID] = {}
    for group, cluster_id in matching.cluster_of.items():
        ids[group] = cluster_id or await found_cluster(unit, label="", reason="found by a refresh")
    places: dict[UUID, UUID | None] = {q: ids[after[q]] if q in after else None for q in stand.ids}
    return places | {q: c for q, c in stand.pins.items() if q in places}


async def _move(unit: UnitOfWork, stand: _Stand, places: Mapping[UUID, UUID | None]) -> int:
    """Write the new places; returns how many questions changed cluster."""
    moved = [(q, old, places[q]) for q, old in zip(stand.ids, stand.clusters, strict=True) if places[q] != old]
    await execute_many(
        "update question set cluster_id = $3, joined_by = case when $3::uuid is null then null else 'refresh' end,"
        " joined_reason = $5, considered_at = coalesce(considered_at, $4)"
        " where id = $1 and cluster_id is not distinct from $2",
        [
            (q, old, new, unit.now, "grouped by a refresh" if new else "left alone by a refresh")
            for q, old, new in moved
        ],
    )
    await recount_clusters({c for _, old, new in moved for c in (old, new) if c})
    for question_id, _, new in moved:
        if new:
            unit.emit(QuestionClustered(question_id, new))
    return len(moved)


async def _note(unit: UnitOfWork, matching: Matching) -> None:
    for event in matching.events:
        await _note_one(unit, event, matching)


async def _note_one(unit: UnitOfWork, event: Event, matching: Matching) -> None:
    """Merged and dissolved clusters are told, and merged ones lead to their heir for ever."""
    match event:
        case Merged(cluster_id, into, questions):
            await execute("update cluster set merged_into = $2 where id = $1 and merged_into is null", cluster_id, into)
            await note_event(unit, cluster_id, "merged", reason=f"{questions} of its questions went there", into=into)
        case Split(cluster_id, group, questions):
            reason = f"{questions} of its questions are a group of their own now"
            await note_event(unit, cluster_id, "split", reason=reason, new=matching.cluster_of[group])
        case Dissolved(cluster_id):
            await note_event(unit, cluster_id, "dissolved", reason="none of its questions is in any group now")
        case Kept() | Founded():
            pass


async def _report(
    unit: UnitOfWork, stand: _Stand, grouping: Grouping, *, changed: int, seconds: float
) -> RefreshReport:
    clusters = int(await fetch_value("select count(*) from cluster where question_count > 0 and merged_into is null"))
    refresh_id = new_id()
    await execute(
        "insert into cluster_refresh (id, questions, clusters, changed, novelty, founding, seconds, created_at)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8)",
        refresh_id,
        len(stand.ids),
        clusters,
        changed,
        grouping.floors.novelty,
        grouping.floors.founding,
        seconds,
        unit.now,
    )
    unit.emit(ClustersRefreshed(refresh_id))
    return RefreshReport(len(stand.ids), clusters, changed, seconds)
