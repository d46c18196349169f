"""A name for each cluster and audience, made of what that audience reads; a name a person gave is never touched."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import asyncpg
import numpy as np
from numpy.typing import NDArray

from kb.clusters.audiences import AUDIENCES, INSIDERS, PEOPLE_OF_INSIDERS
from kb.clusters.labelling import Rarity, choose_central, label_cluster, measure_rarity
from kb.clusters.supporting import AskedText, count_support, find_rests_on
from kb.clusters.vectors import read_vectors
from kb.core.clock import now
from kb.core.database import execute_many, fetch_all
from kb.core.unit_of_work import UnitOfWork

LABEL_PEOPLE = 3
"""Distinct people who must have used each word of a label that others than ticket readers see: under three, a word may be
one customer's. The setting of this name decides."""

SAMPLE = 3_000
"""Other questions a few clusters are compared with, the newest; as many words are everyday ones among these as among all."""


@dataclass(frozen=True, slots=True)
class AudienceLabel:
    """What one audience calls a cluster, the question that speaks for it there, and the questions its words rest on."""

    visibility: str
    label: str
    label_by: str
    representative_id: UUID | None
    rests_on: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Name:
    """What a cluster is to be called, the widest audience first. `read_at` is when its questions were read."""

    cluster_id: UUID
    read_at: datetime
    labels: tuple[AudienceLabel, ...]

    @property
    def for_insiders(self) -> AudienceLabel:
        """The label of those who read everything."""
        return self.labels[-1]


@dataclass(frozen=True, slots=True)
class _Row:
    """A question of a cluster as it was read; its vector is that of the same `number`."""

    number: int
    cluster_id: UUID
    id: UUID
    text: str
    title: str
    person_id: UUID | None
    asker: str
    readers: str


@dataclass(frozen=True, slots=True)
class _Member:
    """A question of a cluster, with who may read it."""

    asked: AskedText
    readers: str
    number: int


_MEMBERS = """
select q.cluster_id, q.id, q.text, q.title, q.person_id, p.name as asker, vector_send(v.vector) as sent,
    q.visibility, coalesce(s.visibility, q.visibility) as space_visibility
from question q
join question_vector v on v.question_id = q.id join embedding_model m on m.id = v.model_id and m.active
left join person p on p.id = q.person_id
left join topic t on q.source_kind = 'topic' and t.id = q.parent_id left join space s on s.id = t.space_id
where q.cluster_id is not null and q.considered_at is not null and t.hidden_at is null and t.unlisted_at is null
    and ($1::uuid[] is null or q.cluster_id = any($1))
order by q.id
"""


async def choose_names(cluster_ids: Sequence[UUID] | None = None, *, label_people: int = LABEL_PEOPLE) -> list[Name]:
    """Labels for these clusters, or for every one. The computing happens outside any transaction, in a thread."""
    read_at = now()
    wanted = None if cluster_ids is None else list(cluster_ids)
    rows: list[_Row] = []
    vectors = await read_vectors(_MEMBERS, wanted, note=lambda row: rows.append(_note(len(rows), row)))
    given = await _names_given(wanted)
    others = [] if wanted is None else await _sample_others(wanted)
    return await asyncio.to_thread(_choose, _Read(rows, vectors), given, others, read_at, label_people)


async def _names_given(cluster_ids: list[UUID] | None) -> dict[UUID, dict[str, tuple[str, str]]]:
    """Names that outlive a naming: a person's, under the empty visibility, and a model's for each audience."""
    rows = await fetch_all(
        "select id, '' as visibility, label, label_by from cluster where label_by = 'person'"
        "   and ($1::uuid[] is null or id = any($1))"
        " union all select cluster_id, visibility, label, label_by from cluster_label where label_by = 'model'"
        "   and ($1::uuid[] is null or cluster_id = any($1))",
        cluster_ids,
    )
    given: defaultdict[UUID, dict[str, tuple[str, str]]] = defaultdict(dict)
    for row in rows:
        given[row["id"]][row["visibility"]] = (row["label"], row["label_by"])
    return dict(given)


async def _sample_others(cluster_ids: list[UUID]) -> list[asyncpg.Record]:
    """For how rare a word is; which of them somebody may read does not matter, since none of their words is shown."""
    return await fetch_all(
        "select cluster_id, title, text from question where cluster_id is not null and cluster_id <> all($1::uuid[])"
        " order by id desc limit $2",
        cluster_ids,
        SAMPLE,
    )


@dataclass(frozen=True, slots=True)
class _Read:
    rows: Sequence[_Row]
    vectors: NDArray[np.float32]


def _note(number: int, row: asyncpg.Record) -> _Row:
    readers = _narrowest(row["visibility"], row["space_visibility"])
    return _Row(
        number, row["cluster_id"], row["id"], row["text"], row["title"], row["person_id"], row["asker"] or "", readers
    )


def _choose(
    read: _Read,
    given: Mapping[UUID, Mapping[str, tuple[str, str]]],
    others: Sequence[asyncpg.Record],
    read_at: datetime,
    label_people: int,
) -> list[Name]:
    clusters: defaultdict[UUID, list[_Row]] = defaultdict(list)
    for row in read.rows:
        clusters[row.cluster_id].append(row)
    members = {cluster_id: _read_members(of, read.vectors) for cluster_id, of in clusters.items()}
    rarity = _measure(members, others)
    return [
        Name(
            cluster_id,
            read_at,
            tuple(_label_for_each(of, read.vectors, rarity, given.get(cluster_id, {}), label_people)),
        )
        for cluster_id, of in members.items()
    ]


def _read_members(rows: Sequence[_Row], vectors: NDArray[np.float32]) -> list[_Member]:
    own = vectors[[row.number for row in rows]]
    nearness = own @ own.mean(axis=0)
    spread = max(float(nearness.max() - nearness.min()), 1e-6)
    near = np.round((nearness - nearness.min()) / spread, 4)
    return [
        _Member(
            AskedText(
                row.text,
                row.person_id,
                title=row.title,
                nearness=float(nearness_of),
                question_id=row.id,
                asker=row.asker,
            ),
            row.readers,
            row.number,
        )
        for row, nearness_of in zip(rows, near, strict=True)
    ]


def _narrowest(*visibilities: str) -> str:
    """A group's is none of the audiences', so what a group alone reads names no cluster."""
    ranked = list(AUDIENCES)
    return max(visibilities, key=lambda one: ranked.index(one) if one in ranked else len(ranked))


def _measure(members: Mapping[UUID, Sequence[_Member]], others: Sequence[asyncpg.Record]) -> Rarity:
    sampled: defaultdict[UUID, list[AskedText]] = defaultdict(list)
    for row in others:
        sampled[row["cluster_id"]].append(AskedText(row["text"], title=row["title"]))
    return measure_rarity([*([one.asked for one in of] for of in members.values()), *sampled.values()])


def _label_for_each(
    members: Sequence[_Member],
    vectors: NDArray[np.float32],
    rarity: Rarity,
    given: Mapping[str, tuple[str, str]],
    label_people: int,
) -> list[AudienceLabel]:
    """An audience that reads no more of the cluster than the one before calls it the same."""
    found: list[AudienceLabel] = []
    known: tuple[int, int, list[tuple[str, str]]] | None = None
    for audience, visibilities in AUDIENCES.items():
        readable = [one for one in members if one.readers in visibilities]
        candidates = [given[key] for key in ("", audience) if key in given]
        people = label_people if audience != INSIDERS else _people_of_insiders(readable)
        asked = (len(readable), people, candidates)
        if audience != INSIDERS and asked == known:
            found.append(replace(found[-1], visibility=audience))
        else:
            found.append(_label_for(audience, readable, _central(readable, vectors), rarity, candidates, people))
        known = asked
    return found


def _people_of_insiders(readable: Sequence[_Member]) -> int:
    return min(PEOPLE_OF_INSIDERS, len({one.asked.person_id for one in readable}) or 1)


def _label_for(
    audience: str,
    members: Sequence[_Member],
    central: UUID | None,
    rarity: Rarity,
    given: Sequence[tuple[str, str]],
    people: int,
) -> AudienceLabel:
    """A person's name first, then a model's, as far as this audience's own texts hold their words; else words."""
    if central is None:
        return AudienceLabel(audience, "", "words", None, ())
    texts = [one.asked for one in members]
    if audience == INSIDERS and given and given[0][1] == "person":
        return AudienceLabel(audience, given[0][0], "person", central, ())
    support = count_support(texts)
    chosen = label_cluster(texts, rarity, distinct_people=people).label
    for label, by in (*given, (chosen, "words")):
        rests_on = find_rests_on(label, texts, distinct_people=people, support=support) if label else None
        if rests_on:
            return AudienceLabel(audience, label, by, central, tuple(rests_on))
    return _titled(audience, members, central)


def _titled(audience: str, members: Sequence[_Member], central: UUID) -> AudienceLabel:
    """Insiders may read any title, so a cluster no word sets apart has its most central one; others have none."""
    if audience != INSIDERS:
        return AudienceLabel(audience, "", "words", central, ())
    title = next(one.asked.title for one in members if one.asked.question_id == central)
    return AudienceLabel(audience, title, "words", central, (central,))


def _central(members: Sequence[_Member], vectors: NDArray[np.float32]) -> UUID | None:
    if not members:
        return None
    return choose_central([one.asked.question_id for one in members], vectors[[one.number for one in members]])


async def write_names(unit: UnitOfWork, names: Sequence[Name]) -> None:
    """Write them down, but for labels that a person gave. A question that is gone since speaks for nothing."""
    await execute_many(
        "update cluster set label = case when label_by = 'person' then label else $2 end,"
        " label_by = case when label_by = 'person' then label_by else $3 end, refreshed_at = $5,"
        " representative_id = (select id from question where id = $4) where id = $1",
        [
            (n.cluster_id, n.for_insiders.label, n.for_insiders.label_by, n.for_insiders.representative_id, unit.now)
            for n in names
        ],
    )
    await execute_many(
        "insert into cluster_label as l (cluster_id, visibility, label, label_by, representative_id, rests_on, question_count, read_at)"
        " select c.id, $2, $3, $4, (select id from question where id = $5), $6, c.question_count, $7 from cluster c where c.id = $1"
        " on conflict (cluster_id, visibility) do update set label = excluded.label, label_by = excluded.label_by,"
        "   representative_id = excluded.representative_id, rests_on = excluded.rests_on, read_at = excluded.read_at,"
        "   question_count = excluded.question_count,"
        "   model_asked_at = case when l.label_by = 'model' and excluded.label_by = 'words' then null else l.model_asked_at end",
        [
            (n.cluster_id, of.visibility, of.label, of.label_by, of.representative_id, list(of.rests_on), n.read_at)
            for n in names
            for of in n.labels
        ],
    )
