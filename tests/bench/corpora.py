"""Made-up corpora of any size that are shaped as a real one: between real questions and their neighbours, with noise."""

import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kb.ports.embedder import Embedder

ROWS_AT_ONCE = 20_000
NEAREST = 12
"""Of how many nearest questions the other end is drawn."""

NOISE = 0.35
"""Length of the noise before normalising; with it a made-up question's nearest lies as far as a real one's."""


async def real_corpus(embedder: Embedder, data: Path) -> tuple[list[str], NDArray[np.float32]]:
    """Banking77's questions and their vectors."""
    with (data / "intents" / "banking77" / "train.csv").open(encoding="utf-8", newline="") as stream:
        texts = [row["text"] for row in csv.DictReader(stream)]
    return texts, await embedder.embed(texts)


def grow(
    texts: list[str], vectors: NDArray[np.float32], size: int, folder: Path, *, seed: int = 7
) -> tuple[list[str], NDArray[np.float32]]:
    """`size` questions; the vectors lie in a file of the folder, so that a million of them take no memory here."""
    random = np.random.default_rng(seed)
    ends = np.argsort(-(vectors @ vectors.T), axis=1)[:, 1 : NEAREST + 1]
    spread = vectors.std(axis=0)
    grown = np.memmap(folder / f"grown-{size}.f32", dtype=np.float32, mode="w+", shape=(size, vectors.shape[1]))
    words: list[str] = []
    for start in range(0, size, ROWS_AT_ONCE):
        count = min(ROWS_AT_ONCE, size - start)
        one = random.integers(0, len(texts), count)
        other = ends[one, random.integers(0, NEAREST, count)]
        share = random.random((count, 1), dtype=np.float32)
        noise = random.standard_normal((count, vectors.shape[1]), dtype=np.float32) * spread
        noise *= NOISE / np.linalg.norm(noise, axis=1, keepdims=True)
        rows = share * vectors[one] + (1 - share) * vectors[other] + noise
        grown[start : start + count] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        words += [_mix(texts[a], texts[b], random) for a, b in zip(one.tolist(), other.tolist(), strict=True)]
    grown.flush()
    return words, grown


def _mix(one: str, other: str, random: np.random.Generator) -> str:
    """Half of the words of each, in order."""
    return " ".join(word for text in (one, other) for word in text.split() if random.random() < 0.5)
