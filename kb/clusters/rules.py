"""Pure decisions about clusters, with the figures they rest on: shipped parameters, floors, and the online vote.

Thresholds are shares and quantiles of the corpus at hand; no absolute cosine survived a change of corpus.
Where each figure comes from, and what else was tried: kb/clusters/README.md and `answerloop eval clusters`.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from kb.clusters.graph import fuzzy_weights


@dataclass(frozen=True, slots=True)
class GroupingParameters:
    """What a refresh is run with. A higher `resolution` is "finer", a lower one "coarser".

    `words_share` is what shared words count beside meaning. `heal_price` is the part of modularity (resolution x share of
    questions) from which on a cut is blamed on size. `parked_distance` is in spreads under the middle (`choose_parked`).
    """

    resolution: float = 6.5
    words_share: float = 0.4
    heal_ratio: float = 0.77
    heal_price: float = 0.2
    parked_distance: float = 3.0
    seed: int = 20261122

    @property
    def smallest_healed_share(self) -> float:
        """Share of all questions under which two pieces are not put together again."""
        return self.heal_price / self.resolution


SHIPPED = GroupingParameters()

# Quantile of nearest-neighbour similarities under which a question is new (1 in 200 of those already here is as far).
NOVELTY_QUANTILE = 0.005
# Two questions that are both alone found a cluster when they are nearer than this quantile of the corpus's nearest pairs.
# Streams of 500 to 2,500 questions: .10 and .25 end equal, .50 leaves twice as many alone.
FOUNDING_QUANTILE = 0.25
# Under this many questions their own quantiles are noise; the floors shipped are a little under what MiniLM gave for
# 300 short questions (.37 and .68) and for 500 long posts (.37 and .57).
ENOUGH_TO_MEASURE = 200


@dataclass(frozen=True, slots=True)
class Floors:
    """Similarities under which a question is unlike all others, and under which two lone ones stay apart."""

    novelty: float
    founding: float


SHIPPED_FLOORS = Floors(novelty=0.35, founding=0.6)

# From so many questions on people have come to know a cluster, and a refresh asks before it merges or splits it.
PROPOSES_ABOVE = 200


def measure_floors(nearest: NDArray[np.float32]) -> Floors:
    """Floors from the corpus's own nearest-neighbour similarities, or the shipped ones while it is small."""
    if len(nearest) < ENOUGH_TO_MEASURE:
        return SHIPPED_FLOORS
    novelty, founding = np.quantile(nearest, [NOVELTY_QUANTILE, FOUNDING_QUANTILE])
    return Floors(float(novelty), float(founding))


class Choice(StrEnum):
    """What the online step does with a new question."""

    JOIN = "join"
    FOUND = "found"
    ALONE = "alone"


@dataclass(frozen=True, slots=True)
class Near:
    """A question already here, near to a new one; `cluster_id` is None while it is alone."""

    question_id: UUID
    cluster_id: UUID | None
    similarity: float


@dataclass(frozen=True, slots=True)
class ClusterChoice:
    """`cluster_id` is set for JOIN, `companion_id` (the lone question to found a cluster with) for FOUND."""

    choice: Choice
    reason: str
    similarity: float
    cluster_id: UUID | None = None
    companion_id: UUID | None = None


def choose_cluster(
    neighbours: Sequence[Near],
    *,
    floors: Floors,
    cluster_sizes: Mapping[UUID, int],
    question_count: int,
    resolution: float = SHIPPED.resolution,
) -> ClusterChoice:
    """Vote of the nearest questions by modularity gain, as the refresh would count it.

    Fetch `choose_neighbour_count(question_count)` neighbours. A cluster's vote is its share of the fuzzy weights less
    `resolution` times its share of all questions, so that a big cluster does not win by size alone.
    """
    near = sorted(neighbours, key=lambda n: (-n.similarity, n.question_id))
    if not near:
        return ClusterChoice(Choice.ALONE, "there is no other question yet", 0.0)
    best = near[0].similarity
    if best < floors.novelty:
        return ClusterChoice(
            Choice.ALONE, f"nearest question at {best:.2f}, under the floor {floors.novelty:.2f}", best
        )
    gains = _weigh_gains(near, cluster_sizes, question_count, resolution)
    winner = min(gains, key=lambda name: (-gains[name], name))
    if winner in cluster_sizes:
        return _join(near, winner, gains[winner])
    return _found_or_wait(near, winner, floors.founding)


def _weigh_gains(
    near: Sequence[Near], cluster_sizes: Mapping[UUID, int], question_count: int, resolution: float
) -> dict[UUID, float]:
    """Gain per cluster; a lone question stands for itself under its own id."""
    weights = fuzzy_weights(np.array([[n.similarity for n in near]], dtype=np.float32))[0]
    votes: defaultdict[UUID, float] = defaultdict(float)
    for neighbour, weight in zip(near, weights, strict=True):
        known = neighbour.cluster_id if neighbour.cluster_id in cluster_sizes else None
        votes[known or neighbour.question_id] += float(weight)
    total = max(question_count, 1)
    whole = float(weights.sum())
    return {name: vote / whole - resolution * cluster_sizes.get(name, 1) / total for name, vote in votes.items()}


def _join(near: Sequence[Near], cluster_id: UUID, gain: float) -> ClusterChoice:
    members = [n for n in near if n.cluster_id == cluster_id]
    reason = f"{len(members)} of the {len(near)} nearest questions are here, nearest at {members[0].similarity:.2f}"
    return ClusterChoice(Choice.JOIN, reason, members[0].similarity, cluster_id=cluster_id)


def _found_or_wait(near: Sequence[Near], question_id: UUID, founding_floor: float) -> ClusterChoice:
    similarity = next(n.similarity for n in near if n.question_id == question_id)
    if similarity < founding_floor:
        reason = f"nearest lone question at {similarity:.2f}, under {founding_floor:.2f}: similar is not the same"
        return ClusterChoice(Choice.ALONE, reason, similarity)
    reason = f"as near as {similarity:.2f} to a question that was alone"
    return ClusterChoice(Choice.FOUND, reason, similarity, companion_id=question_id)
