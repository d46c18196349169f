"""Which questions belong nowhere: those far even from the few that are nearest to them."""

import numpy as np
from numpy.typing import NDArray

from kb.clusters.graph import Neighbours

# Mean similarity to ten told out-of-scope questions apart at AUC .97 (nearest alone .93, distance to a centre .96).
COMPANIONS = 10


def measure_company(neighbours: Neighbours) -> NDArray[np.float32]:
    """Mean similarity to the ten nearest questions, or to all there are when they are fewer."""
    near = neighbours.similarities[:, :COMPANIONS]
    return near.mean(axis=1) if near.shape[1] else np.full(len(near), -1.0, dtype=np.float32)


def choose_parked(company: NDArray[np.float32], share: float) -> NDArray[np.bool_]:
    """The `share` of questions with the least company, rounded down. Equal company: the later row is parked."""
    parked = np.zeros(len(company), dtype=np.bool_)
    order = np.lexsort((-np.arange(len(company)), company))
    parked[order[: int(share * len(company))]] = True
    return parked
