"""What surrounds a cluster, and two beside each other, for programs: /api/v1/clusters/{number}/…"""

import asyncio
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from litestar import get

from kb.answers.ledger import Uses, count_uses
from kb.answers.ranking import list_answers_of_cluster
from kb.clusters.asked import count_by_source, count_by_week
from kb.clusters.duplicates.queries import Standing, list_standing
from kb.clusters.neighbours import Neighbour, Pair, list_closest_pairs, list_neighbours
from kb.clusters.queries import get_cluster
from kb.core.actor import Actor
from kb.core.ids import possible_number
from kb.core.permissions import Permission
from kb.forum.access import access_topic_number
from kb.product.triage import PainPoint, find_pain_point
from kb.signals.queries import LinkedFriction, list_friction_of_cluster
from server.clusters.reading import ANSWERS_SHOWN
from server.lists import CursorIn, Items, LimitIn, part_of
from server.security.guards import requires

READ = [requires(Permission.CLUSTER_READ)]


@dataclass(frozen=True, slots=True)
class WeekOut:
    """Questions of the seven days that end with this one."""

    until: date
    questions: int


@dataclass(frozen=True, slots=True)
class AnswerUsesOut:
    """What the ledger holds about one of the cluster's best answers."""

    answer_id: UUID
    uses: Uses


@dataclass(frozen=True, slots=True)
class SurroundingsOut:
    """When and where it was asked, what is near it, what hurts, and how its answers fared. `sources` counts by kind of source.

    `friction` is empty for callers who may not read events.
    """

    weekly: list[WeekOut]
    sources: dict[str, int]
    neighbours: list[Neighbour]
    pain_point: PainPoint | None
    friction: list[LinkedFriction]
    answers: list[AnswerUsesOut]


@dataclass(frozen=True, slots=True)
class ClusterComparisonOut:
    """The most similar questions of two clusters, the nearest first."""

    one: int
    other: int
    pairs: list[Pair]


@get("/api/v1/clusters/{number:int}/surroundings", guards=READ)
async def api_get_surroundings(actor: Actor, number: int) -> SurroundingsOut:
    """All that is known around a cluster, of half a year."""
    cluster = await get_cluster(actor, possible_number(number))
    answers = await list_answers_of_cluster(actor, cluster.id, ANSWERS_SHOWN)
    weekly, sources, neighbours, pain, uses = await asyncio.gather(
        count_by_week(actor, cluster.id),
        count_by_source(actor, cluster.id),
        list_neighbours(actor, cluster.id),
        find_pain_point(actor, cluster.id),
        count_uses(actor, [answer.id for answer in answers]),
    )
    friction = await list_friction_of_cluster(actor, cluster.id) if actor.may(Permission.EVENT_READ) else []
    weeks = [WeekOut(until, questions) for until, questions in weekly]
    lines = [AnswerUsesOut(answer_id, found) for answer_id, found in uses.items()]
    return SurroundingsOut(weeks, sources, neighbours, pain, friction, lines)


@get("/api/v1/clusters/{number:int}/comparison", guards=READ)
async def api_compare_clusters(actor: Actor, number: int, other: int) -> ClusterComparisonOut:
    """Two clusters beside each other, before somebody says that they are one or are not."""
    one, two = await get_cluster(actor, possible_number(number)), await get_cluster(actor, possible_number(other))
    return ClusterComparisonOut(one.number, two.number, await list_closest_pairs(actor, one.id, two.id))


@get("/api/v1/topics/{number:int}/duplicates", guards=[requires(Permission.DUPLICATE_MARK)])
async def api_list_standing(actor: Actor, number: int, cursor: CursorIn = "", limit: LimitIn = 50) -> Items[Standing]:
    """What is said of the topic as a duplicate: what is in force first, then what most people say."""
    found = await list_standing(actor, (await access_topic_number(actor, number)).id)
    return part_of(found, lambda one: one, lambda one: str(one.id), cursor=cursor, limit=limit)


ROUTES: list[Any] = [api_get_surroundings, api_compare_clusters, api_list_standing]
