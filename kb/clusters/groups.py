"""Groups as numbers: what a grouping is, and how its groups are counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from kb.clusters.rules import Floors

ALONE = -1


@dataclass(frozen=True, slots=True)
class Grouping:
    """A group number for each question (ALONE for those that belong nowhere) and the floors the online step needs."""

    groups: NDArray[np.int64]
    floors: Floors


def number_present(clusters: Sequence[UUID | None]) -> NDArray[np.int64]:
    """Present clusters as numbers, ALONE for those in none."""
    numbers: dict[UUID, int] = {}
    return np.array([ALONE if c is None else numbers.setdefault(c, len(numbers)) for c in clusters], dtype=np.int64)


def number_in_order(groups: NDArray[np.int64]) -> NDArray[np.int64]:
    """The same groups, numbered 0, 1, 2 in order of first appearance; negative ones (alone) become -1."""
    numbered = np.full(len(groups), -1, dtype=np.int64)
    _, first, place = np.unique(groups[groups >= 0], return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    numbered[groups >= 0] = rank[place]
    return numbered
