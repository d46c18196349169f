"""Puts together again what the partition cut needlessly.

Modularity at one resolution cuts a problem that makes up a large share of the corpus, because the price of a group
grows with its share. Two groups whose questions are nearly as near across as within are such pieces. Measured: on
long-tailed subsamples of Banking77 ARI rises by .10 to .20, on 4,514 support messages by .02; balanced ones do not move.
"""

import numpy as np
from numpy.typing import NDArray

from kb.clusters.groups import number_in_order


def heal_splits(
    vectors: NDArray[np.float32], groups: NDArray[np.int64], *, ratio: float, smallest_share: float
) -> NDArray[np.int64]:
    """Merges groups, nearest pair first, while similarity across is at least `ratio` of the similarity within.

    Pairs that together hold less than `smallest_share` of all questions are left: size was not why they were cut.

    Similarities count as excess over the corpus's mean, so the ratio means the same for every model and subject.
    Groups of one are left as they are: nothing is known of what is near within them.
    """
    names = np.flatnonzero(np.bincount(groups[groups >= 0], minlength=1) > 1)
    healed = groups.copy()
    while len(names) > 1:
        pairs = _choose_pairs(_nearness(vectors, healed, names, smallest_share), names, ratio)
        if not pairs:
            break
        for kept, gone in pairs:
            healed[healed == gone] = kept
        names = np.setdiff1d(names, [gone for _, gone in pairs])
    return number_in_order(healed)


def _choose_pairs(nearness: NDArray[np.float64], names: NDArray[np.int64], ratio: float) -> list[tuple[int, int]]:
    """Pairs that are each other's nearest; taking them all at once needs few rounds and depends on no order."""
    best = nearness.argmax(axis=1)
    return [
        (int(names[a]), int(names[b])) for a, b in enumerate(best) if a < b and best[b] == a and nearness[a, b] >= ratio
    ]


def _nearness(
    vectors: NDArray[np.float32], groups: NDArray[np.int64], names: NDArray[np.int64], smallest_share: float
) -> NDArray[np.float64]:
    """Mean similarity across two groups over the geometric mean of those within, both above the corpus's mean."""
    sums = np.stack([vectors[groups == name].sum(axis=0, dtype=np.float64) for name in names])
    sizes = np.array([np.count_nonzero(groups == name) for name in names], dtype=np.float64)
    whole, size = vectors.sum(axis=0, dtype=np.float64), len(vectors)
    usual = (whole @ whole - size) / (size * (size - 1))
    products = sums @ sums.T
    within = np.maximum((np.diag(products) - sizes) / (sizes * (sizes - 1)) - usual, 1e-6)
    nearness: NDArray[np.float64] = (products / np.outer(sizes, sizes) - usual) / np.sqrt(np.outer(within, within))
    nearness[np.add.outer(sizes, sizes) < smallest_share * size] = -np.inf
    np.fill_diagonal(nearness, -np.inf)
    return nearness
