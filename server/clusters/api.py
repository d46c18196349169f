"""Clusters for programs: /api/v1/clusters."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from litestar import get

from kb.answers.ranking import list_answers_of_cluster
from kb.clusters.queries import ClusterRow, ClusterSearch, get_cluster, list_clusters, list_questions_of_cluster
from kb.core.actor import Actor
from kb.core.ids import possible_number
from kb.core.permissions import Permission
from server.clusters.reading import ANSWERS_SHOWN, QUESTIONS_SHOWN
from server.lists import CursorIn, Items, LimitIn, part_of, window_of
from server.security.guards import requires
from server.wiring import Services

READ = [requires(Permission.CLUSTER_READ)]


@dataclass(frozen=True, slots=True)
class ClusterOut:
    """A cluster in a list. `weekly` counts questions for twelve weeks, the oldest first."""

    id: UUID
    number: int
    label: str
    questions: int
    people: int
    topics: int
    tickets: int
    answered: bool
    last_asked_at: datetime
    weekly: list[int]
    url: str


@dataclass(frozen=True, slots=True)
class QuestionOut:
    """A question, and why it is here."""

    id: UUID
    kind: str
    title: str
    url: str
    asked_at: datetime
    joined_by: str
    joined_reason: str
    similarity: float | None


@dataclass(frozen=True, slots=True)
class AnswerOut:
    """An answer, and why it stands where it stands. `score` is the lower bound of durable success."""

    id: UUID
    kind: str
    title: str
    excerpt: str
    url: str
    why: str
    score: float


@dataclass(frozen=True, slots=True)
class WholeClusterOut:
    """A cluster with its newest questions and its best answers. A merged cluster's number gives its heir."""

    id: UUID
    number: int
    label: str
    label_by: str
    questions: int
    people: int
    url: str
    newest: list[QuestionOut]
    answers: list[AnswerOut]


@get("/api/v1/clusters", guards=READ)
async def api_list_clusters(
    actor: Actor, services: Services, q: str = "", cursor: CursorIn = "", limit: LimitIn = 50
) -> Items[ClusterOut]:
    """Clusters whose label holds `q`, the most asked first."""
    (offset, count), base = window_of(cursor, limit), services.settings.base_url
    found = await list_clusters(actor, ClusterSearch(q.replace("\x00", " ")[:100]), limit=count, offset=offset)
    return part_of(
        found, lambda one: _row(one, base), lambda one: str(one.number), cursor=cursor, limit=limit, skipped=offset
    )


@get("/api/v1/clusters/{number:int}", guards=READ)
async def api_get_cluster(actor: Actor, services: Services, number: int) -> WholeClusterOut:
    """One cluster."""
    cluster = await get_cluster(actor, possible_number(number))
    questions, answers = await asyncio.gather(
        list_questions_of_cluster(actor, cluster.id, limit=QUESTIONS_SHOWN),
        list_answers_of_cluster(actor, cluster.id, ANSWERS_SHOWN),
    )
    base = services.settings.base_url
    return WholeClusterOut(
        cluster.id,
        cluster.number,
        cluster.label,
        cluster.label_by,
        cluster.question_count,
        cluster.person_count,
        f"{base}/clusters/{cluster.number}",
        [
            QuestionOut(q.id, q.kind, q.title, f"{base}{q.url}", q.asked_at, q.joined_by, q.joined_reason, q.similarity)
            for q in questions
        ],
        [AnswerOut(a.id, a.kind, a.title, a.excerpt, f"{base}{a.path}", a.why, a.score) for a in answers],
    )


def _row(c: ClusterRow, base: str) -> ClusterOut:
    return ClusterOut(
        c.id,
        c.number,
        c.label,
        c.question_count,
        c.person_count,
        c.topic_count,
        c.ticket_count,
        c.answered,
        c.last_asked_at,
        list(c.weekly),
        f"{base}/clusters/{c.number}",
    )
