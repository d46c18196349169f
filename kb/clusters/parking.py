"""Which questions belong nowhere: those far even from the few that are nearest to them."""

import numpy as np
from numpy.typing import NDArray

from kb.clusters.graph import Neighbours, choose_neighbour_count

# Mean similarity to ten told out-of-scope questions apart at AUC .97 (nearest alone .93, distance to a centre .96).
COMPANIONS = 10
# In a small corpus a problem has fewer than ten questions; asking for ten would park whole problems.
COMPANIONS_PER_NEIGHBOUR = 0.28
FEWEST_COMPANIONS = 3
# The nearest question alone may lie this much less far below: it is the noisier of the two.
NEAREST = 0.67
# The lower quartile lies this many standard deviations under the middle of a normal distribution.
QUARTILE = 0.6745


def measure_company(neighbours: Neighbours) -> NDArray[np.float32]:
    """Mean similarity to the nearest questions, ten of them in a large corpus and three in a small one."""
    wanted = round(COMPANIONS_PER_NEIGHBOUR * choose_neighbour_count(len(neighbours.indices)))
    near = neighbours.similarities[:, : min(max(wanted, FEWEST_COMPANIONS), COMPANIONS)]
    return near.mean(axis=1) if near.shape[1] else np.full(len(near), -1.0, dtype=np.float32)


def choose_parked(neighbours: Neighbours, distance: float) -> NDArray[np.bool_]:
    """Questions more than `distance` spreads under the middle in company and in their nearest question alike.

    The spread is read off the lower half. A corpus where everything belongs somewhere parks hardly anything, one with
    strangers parks the strangers; a fixed share would be wrong for both. The nearest question counts too because a rare
    problem of a few questions has little company but near ones.
    """
    if not neighbours.similarities.size:
        return np.ones(len(neighbours.indices), dtype=np.bool_)
    return _lies_far_below(measure_company(neighbours), distance) & _lies_far_below(
        neighbours.nearest, NEAREST * distance
    )


def _lies_far_below(values: NDArray[np.float32], distance: float) -> NDArray[np.bool_]:
    middle, low = np.median(values), np.quantile(values, 0.25)
    below: NDArray[np.bool_] = values < middle - distance * (middle - low) / QUARTILE
    return below
