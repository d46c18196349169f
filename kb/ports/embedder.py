"""Turns text into vectors whose nearness is nearness of meaning."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Embedder(Protocol):
    """One model. Vectors of different fingerprints must never be compared."""

    @property
    def fingerprint(self) -> str:
        """Model name with a hash of weights, configuration and pooling."""

    @property
    def dimensions(self) -> int:
        """Length of a vector."""

    async def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """L2-normalised rows, shape (len(texts), dimensions). Raises `Unavailable` when the model cannot be loaded."""
