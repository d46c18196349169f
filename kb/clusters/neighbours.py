"""Clusters that lie near one another, and what of them is nearest: what somebody looks at before merging. Staff only."""

from dataclasses import dataclass
from uuid import UUID

from kb.clusters.audiences import LABEL, READABLE_QUESTION, SOURCES
from kb.core.actor import Actor
from kb.core.database import fetch_all
from kb.core.permissions import Permission


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A cluster whose central question is like this one's. `similarity` is 1 for the same text."""

    id: UUID
    number: int
    label: str
    question_count: int
    similarity: float


@dataclass(frozen=True, slots=True)
class Pair:
    """A question of each of two clusters, and how alike they are."""

    one_id: UUID
    one: str
    other_id: UUID
    other: str
    similarity: float


async def list_neighbours(actor: Actor, cluster_id: UUID, *, limit: int = 5) -> list[Neighbour]:
    """The nearest first, however far. Clusters of which the reader may see no question are left out."""
    actor.require(Permission.CLUSTER_READ)
    rows = await fetch_all(
        "with mine as (select v.vector, v.model_id from cluster c join question_vector v on v.question_id = c.representative_id"
        "   join embedding_model m on m.id = v.model_id and m.active where c.id = $2)"
        f" select c.id, c.number, {LABEL} as label, readable.questions, 1 - (v.vector <=> mine.vector) as similarity"
        " from mine join question_vector v on v.model_id = mine.model_id join cluster c on c.representative_id = v.question_id"
        f" cross join lateral (select count(*) as questions from question q{SOURCES}"
        f"   where q.cluster_id = c.id and {READABLE_QUESTION}) readable"
        " where c.merged_into is null and c.id <> $2 and c.question_count > 0 and readable.questions > 0"
        " order by similarity desc, c.number limit $3",
        actor.visibilities,
        cluster_id,
        limit,
    )
    return [Neighbour(r["id"], r["number"], r["label"], r["questions"], float(r["similarity"])) for r in rows]


async def list_closest_pairs(actor: Actor, one: UUID, other: UUID, *, limit: int = 5, among: int = 150) -> list[Pair]:
    """Questions of the one beside the most similar of the other, of the newest `among` of each."""
    actor.require(Permission.CLUSTER_READ)
    rows = await fetch_all(
        "with near as (select q.id, q.title, q.cluster_id, v.vector, v.model_id,"
        "     row_number() over (partition by q.cluster_id order by q.asked_at desc) as place"
        f"   from question q{SOURCES} join question_vector v on v.question_id = q.id"
        "   join embedding_model m on m.id = v.model_id and m.active"
        f"   where q.cluster_id = any(array[$2, $3]::uuid[]) and {READABLE_QUESTION}),"
        " best as (select distinct on (a.id) a.id as one_id, a.title as one, b.id as other_id, b.title as other,"
        "     1 - (a.vector <=> b.vector) as similarity"
        "   from near a join near b on a.cluster_id = $2 and b.cluster_id = $3 and a.place <= $4 and b.place <= $4"
        "   order by a.id, similarity desc, b.id)"
        " select * from best order by similarity desc, one_id limit $5",
        actor.visibilities,
        one,
        other,
        among,
        limit,
    )
    return [Pair(r["one_id"], r["one"], r["other_id"], r["other"], float(r["similarity"])) for r in rows]
