"""A deterministic embedder without a model: words and word pairs hashed into a vector. For tests and as a last resort."""

import hashlib
import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray


class HashingEmbedder:
    """Texts that share words are near each other; meaning beyond words is not seen. Another size is another model."""

    def __init__(self, dimensions: int = 384) -> None:
        self.dimensions = dimensions
        self.fingerprint = f"hashing-{dimensions}-v1"

    async def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for number, text in enumerate(texts):
            for feature in _features(text):
                rows[number, _bucket(feature) % self.dimensions] += 1.0
        unit: NDArray[np.float32] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit


def _features(text: str) -> list[str]:
    words = re.findall(r"\w+", text.lower()) or ["(empty)"]
    return words + [f"{a} {b}" for a, b in pairwise(words)]


def _bucket(feature: str) -> int:
    return int.from_bytes(hashlib.blake2b(feature.encode(), digest_size=4).digest(), "big")
