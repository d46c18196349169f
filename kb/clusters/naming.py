"""Words and a central question for each cluster, found at a refresh; a name a person gave is never touched."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from kb.clusters.labelling import AskedText, choose_central, label_clusters
from kb.clusters.vectors import read_vectors
from kb.core.database import execute_many
from kb.core.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Name:
    """What a cluster is to be called, and the question that speaks for it."""

    cluster_id: UUID
    label: str
    representative_id: UUID


async def choose_names() -> list[Name]:
    """A label for every cluster from its questions. These are for staff: they may hold a word of a single private ticket."""
    rows: list[_Member] = []
    vectors = await read_vectors(
        "select q.cluster_id, q.id, q.text, q.title, q.person_id, vector_send(v.vector) as sent from question q"
        " join question_vector v on v.question_id = q.id join embedding_model m on m.id = v.model_id and m.active"
        " where q.cluster_id is not null order by q.id",
        note=lambda row: rows.append(
            _Member(row["cluster_id"], row["id"], row["title"], AskedText(row["text"], row["person_id"]))
        ),
    )
    return await asyncio.to_thread(_choose, rows, vectors)


@dataclass(frozen=True, slots=True)
class _Member:
    """A question of a cluster, without its vector."""

    cluster_id: UUID
    id: UUID
    title: str
    asked: AskedText


def _choose(rows: Sequence[_Member], vectors: NDArray[np.float32]) -> list[Name]:
    members: defaultdict[UUID, list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        members[row.cluster_id].append(number)
    labels = label_clusters({c: [rows[n].asked for n in of] for c, of in members.items()}, distinct_people=1)
    return [
        _name(cluster_id, [rows[n] for n in of], vectors[of], labels[cluster_id].label)
        for cluster_id, of in members.items()
    ]


def _name(cluster_id: UUID, members: Sequence[_Member], vectors: NDArray[np.float32], label: str) -> Name:
    """The label, or the central question's title where no word sets the cluster apart."""
    titles = {member.id: member.title for member in members}
    central = choose_central(list(titles), vectors)
    return Name(cluster_id, label or titles[central], central)


async def write_names(unit: UnitOfWork, names: Sequence[Name]) -> None:
    """Write them down, but for labels that a person gave."""
    await execute_many(
        "update cluster set label = case when label_by = 'person' then label else $2 end, refreshed_at = $4,"
        " representative_id = (select id from question where id = $3) where id = $1",
        [(name.cluster_id, name.label, name.representative_id, unit.now) for name in names],
    )
