"""How well found clusters agree with labels people gave: V-measure, adjusted Rand index, pairwise precision and recall.

All of them follow from one table (how many questions share a found group and a given label), so one pass suffices.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement with given labels; every figure is between 0 and 1 but ARI, which chance puts at 0."""

    v_measure: float
    adjusted_rand: float
    pair_precision: float
    pair_recall: float
    pair_f1: float


def score_agreement(given: Sequence[Hashable], found: Sequence[Hashable]) -> Agreement:
    """Both sequences name one group per question, in the same order. A question alone needs a name of its own."""
    if len(given) != len(found):
        raise ValueError(f"{len(given)} labels for {len(found)} questions")
    cells, by_label, by_group = _count_shared(given, found)
    shared, same_label, same_group = _pairs(cells), _pairs(by_label), _pairs(by_group)
    precision = shared / same_group if same_group else 1.0
    recall = shared / same_label if same_label else 1.0
    return Agreement(
        v_measure=_v_measure(cells, by_label, by_group),
        adjusted_rand=_adjusted_rand(shared, same_label, same_group, questions=len(given)),
        pair_precision=precision,
        pair_recall=recall,
        pair_f1=2 * precision * recall / (precision + recall) if precision + recall else 0.0,
    )


def _count_shared(
    given: Sequence[Hashable], found: Sequence[Hashable]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    labels, groups = _number(given), _number(found)
    cells = np.unique(labels * (len(groups) + 1) + groups, return_counts=True)[1]
    return cells, np.bincount(labels), np.bincount(groups)


def _number(names: Sequence[Hashable]) -> NDArray[np.int64]:
    numbers: dict[Hashable, int] = {}
    return np.array([numbers.setdefault(name, len(numbers)) for name in names], dtype=np.int64)


def _pairs(sizes: NDArray[np.int64]) -> int:
    return int((sizes * (sizes - 1) // 2).sum())


def _entropy(sizes: NDArray[np.int64]) -> float:
    if not len(sizes):
        return 0.0
    shares = sizes / sizes.sum()
    return float(-(shares * np.log(shares)).sum())


def _v_measure(cells: NDArray[np.int64], by_label: NDArray[np.int64], by_group: NDArray[np.int64]) -> float:
    """Harmonic mean of homogeneity and completeness = shared information over the mean of both entropies."""
    of_labels, of_groups = _entropy(by_label), _entropy(by_group)
    if of_labels + of_groups < 1e-12:
        return 1.0
    return max(0.0, 2 * (of_labels + of_groups - _entropy(cells)) / (of_labels + of_groups))


def _adjusted_rand(shared: int, same_label: int, same_group: int, *, questions: int) -> float:
    pairs = questions * (questions - 1) // 2
    expected = same_label * same_group / pairs if pairs else 0.0
    best = (same_label + same_group) / 2
    return (shared - expected) / (best - expected) if best != expected else 1.0
