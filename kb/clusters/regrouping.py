"""What a refresh computes, without the database: all questions grouped from where they stand, and when that is due."""

from collections.abc import Sequence
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from kb.clusters.grouping import ALONE, Grouping, group_vectors
from kb.clusters.rules import ENOUGH_TO_MEASURE, SHIPPED_FLOORS

# Churn is 2 to 5 % at each refresh when one follows every 5 % of growth.
GROWTH_BETWEEN_REFRESHES = 0.05


def has_grown_enough(now_there: int, at_last_refresh: int, *, growth: float = GROWTH_BETWEEN_REFRESHES) -> bool:
    """Whether a refresh is due; `at_last_refresh` is 0 before the first one."""
    return now_there >= 2 and now_there > at_last_refresh * (1 + growth)


def regroup(vectors: NDArray[np.float32], texts: Sequence[str], present: Sequence[UUID | None]) -> Grouping:
    """Grouped afresh from the `present` clusters; a corpus too small to measure keeps what the online step and people made of it."""
    starting = _number_clusters(present)
    if len(present) < ENOUGH_TO_MEASURE:
        kept = np.full(len(present), ALONE, dtype=np.int64) if starting is None else starting
        return Grouping(kept, SHIPPED_FLOORS)
    return group_vectors(vectors, texts=texts, starting=starting)


def _number_clusters(present: Sequence[UUID | None]) -> NDArray[np.int64] | None:
    """Present clusters as numbers, where the partition starts; None while nothing has a cluster."""
    if not any(present):
        return None
    numbers: dict[UUID, int] = {}
    return np.array([ALONE if c is None else numbers.setdefault(c, len(numbers)) for c in present], dtype=np.int64)
