"""A deterministic embedder without a model: words and word pairs hashed into a vector. For tests and as a last resort."""

import hashlib
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


class HashingEmbedder:
    """Texts that share words are near each other; meaning beyond words is not seen."""

    fingerprint = "hashing-384-v1"
    dimensions = 384

    async def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for feature in _features(text):
                row[_bucket(feature)] += 1.0
            row /= max(float(np.linalg.norm(row)), 1e-9)
        return rows


def _features(text: str) -> list[str]:
    words = re.findall(r"\w+", text.lower()) or ["(empty)"]
    return words + [f"{a} {b}" for a, b in zip(words, words[1:], strict=False)]


def _bucket(feature: str) -> int:
    return int.from_bytes(hashlib.blake2b(feature.encode(), digest_size=4).digest(), "big") % HashingEmbedder.dimensions
