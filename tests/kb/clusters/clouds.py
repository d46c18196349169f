"""Made-up vectors: tight clouds around random directions, so that the right groups are known."""

import numpy as np
from numpy.typing import NDArray


def make_clouds(
    sizes: list[int], *, seed: int = 0, spread: float = 0.6, dimensions: int = 48
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Unit vectors in mixed order, and the cloud each came from."""
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
    middles = rng.normal(size=(len(sizes), dimensions))
    middles /= np.linalg.norm(middles, axis=1, keepdims=True)
    noise = rng.normal(size=(len(labels), dimensions)) * spread / np.sqrt(dimensions)
    rows = middles[labels] + noise
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32), labels
