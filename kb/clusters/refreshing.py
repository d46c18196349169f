"""The periodic refresh: all questions grouped afresh from where they stand, old ids kept, people's pins obeyed, words found."""

import asyncio
import time
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from kb.clusters.changing import wait_for_changes
from kb.clusters.grouping import group_vectors
from kb.clusters.groups import ALONE, Grouping, number_present
from kb.clusters.messages import ClustersRefreshed
from kb.clusters.naming import LABEL_PEOPLE, choose_names, write_names
from kb.clusters.rules import ENOUGH_TO_MEASURE, PROPOSES_ABOVE, SHIPPED_FLOORS
from kb.clusters.settling import LEFT_ALONE, settle_groups
from kb.clusters.vectors import read_vectors
from kb.core.actor import SYSTEM
from kb.core.database import execute, fetch_value
from kb.core.ids import new_id
from kb.core.unit_of_work import UnitOfWork, unit_of_work

_ACTIVE = "(select id from embedding_model where active)"


@dataclass(frozen=True, slots=True)
class RefreshReport:
    """What a refresh saw and changed."""

    questions: int
    clusters: int
    changed: int
    seconds: float


@dataclass(frozen=True, slots=True)
class _Stand:
    """All questions with vectors of the active model, and where they stand.

    `settled` are those an earlier refresh has seen: where the online step alone has put the others binds no refresh.
    """

    ids: list[UUID]
    clusters: list[UUID | None]
    settled: list[bool]
    texts: list[str]
    vectors: NDArray[np.float32]
    model_id: int | None

    def seen(self) -> dict[UUID, UUID | None]:
        """Question to cluster, None for those alone."""
        return dict(zip(self.ids, self.clusters, strict=True))


async def refresh_clusters(*, proposes_above: int = PROPOSES_ABOVE, label_people: int = LABEL_PEOPLE) -> RefreshReport:
    """Group every question and write down what changed. The computing happens outside any transaction.

    Merges and splits of `proposes_above` questions or more are proposed to people, smaller ones done. A question that
    moved while the refresh was computing keeps its newer place until the next one.
    """
    began = time.perf_counter()
    stand = await _read_stand()
    grouping = await asyncio.to_thread(_group, stand)
    after = {q: int(g) for q, g in zip(stand.ids, grouping.groups, strict=True) if g != ALONE}
    async with unit_of_work(SYSTEM) as unit:
        await wait_for_changes()
        changed = await settle_groups(unit, stand.seen(), after, proposes_above=proposes_above)
        await _note_considered(unit, stand)
    names = await choose_names(label_people=label_people)
    async with unit_of_work(SYSTEM) as unit:
        await write_names(unit, names)
        return await _report(unit, stand, grouping, changed=changed, seconds=time.perf_counter() - began)


async def _note_considered(unit: UnitOfWork, stand: _Stand) -> None:
    """What many questions at once have only their vectors from (imports) has its place now, be it alone. A text that changed
    meanwhile has not."""
    await execute(
        "update question q set considered_at = $2, joined_reason = $3 where q.id = any($1::uuid[]) and q.considered_at is null"
        " and exists (select 1 from question_vector v where v.question_id = q.id and v.text_hash = q.text_hash)",
        stand.ids,
        unit.now,
        LEFT_ALONE,
    )


async def is_refresh_due(*, growth: float = 0.05) -> bool:
    """Whether questions have grown by this share since the last refresh (5 %: churn of 2 to 5 % at each, see the reference).

    A model that has become active has had no refresh: its vectors group everything afresh at once.
    """
    now_there = int(await fetch_value(f"select count(*) from question_vector where model_id = {_ACTIVE}"))
    then = await fetch_value(
        f"select questions from cluster_refresh where model_id = {_ACTIVE} order by id desc limit 1"
    )
    return now_there >= 2 and now_there > (then or 0) * (1 + growth)


async def _read_stand() -> _Stand:
    rows: list[tuple[UUID, UUID | None, bool, str, int]] = []
    vectors = await read_vectors(
        "select q.id, q.cluster_id, q.text, vector_send(v.vector) as sent, v.model_id,"
        "   coalesce(q.joined_by = 'person' or q.considered_at < (select max(created_at) from cluster_refresh), false) as settled"
        " from question q join question_vector v on v.question_id = q.id"
        " join embedding_model m on m.id = v.model_id and m.active order by q.id",
        note=lambda row: rows.append((row["id"], row["cluster_id"], row["settled"], row["text"], row["model_id"])),
    )
    return _Stand(
        ids=[row[0] for row in rows],
        clusters=[row[1] for row in rows],
        settled=[row[2] for row in rows],
        texts=[row[3] for row in rows],
        vectors=vectors,
        model_id=rows[0][4] if rows else None,
    )


def _group(stand: _Stand) -> Grouping:
    """Grouped afresh; a corpus too small to measure keeps what the online step and people made of it."""
    present = number_present(stand.clusters)
    if len(stand.ids) < ENOUGH_TO_MEASURE:
        return Grouping(present, SHIPPED_FLOORS)
    return group_vectors(
        stand.vectors, texts=stand.texts, starting=np.where(np.array(stand.settled, dtype=bool), present, ALONE)
    )


async def _report(
    unit: UnitOfWork, stand: _Stand, grouping: Grouping, *, changed: int, seconds: float
) -> RefreshReport:
    clusters = int(await fetch_value("select count(*) from cluster where question_count > 0 and merged_into is null"))
    refresh_id = new_id()
    await execute(
        "insert into cluster_refresh (id, questions, clusters, changed, novelty, founding, seconds, created_at, model_id)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        refresh_id,
        len(stand.ids),
        clusters,
        changed,
        grouping.floors.novelty,
        grouping.floors.founding,
        seconds,
        unit.now,
        stand.model_id,
    )
    unit.emit(ClustersRefreshed(refresh_id))
    return RefreshReport(len(stand.ids), clusters, changed, seconds)
