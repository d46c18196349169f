"""Who is near whom: nearest neighbours (exact, or approximate for a large corpus) and the graph that the partition cuts.

Weights are those of UMAP's fuzzy simplicial set: each question measures nearness on its own scale, so a dense
corner of the corpus and a thin one count alike and no absolute similarity has to hold for both.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Similarities are compared block by block so that memory stays at BLOCK_ROWS x n floats (200 MB at 100,000).
BLOCK_ROWS = 512
# Weights are found for so many rows at once: their arithmetic takes six times the memory of its result.
WEIGHED_ROWS = 50_000
# Up to here every pair is compared (8 s); beyond, pairs grow faster than any budget and a small-world graph is searched.
MOST_COMPARED = 25_000
# Links of each question in that graph, and how many are looked at while building and searching: recall@40 above .97.
LINKS, LOOK_BUILDING, LOOK_SEARCHING = 16, 80, 160
# Bisection of a scale in [0, inf): 40 halvings leave less than single precision can tell apart.
BISECTION_STEPS = 40
# UMAP's own floor: no scale is narrower than this share of the mean distance, else near copies see only each other.
NARROWEST_SCALE = 1e-3
# UMAP's own tolerance: weights beneath it are noise of the arithmetic and would only slow the partition.
LIGHTEST_EDGE = 1e-6


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Row i holds the nearest questions of question i, nearest first, without itself."""

    indices: NDArray[np.int32]
    similarities: NDArray[np.float32]

    @property
    def nearest(self) -> NDArray[np.float32]:
        """Similarity of each question to its single nearest one; empty when there is nobody to be near to."""
        return self.similarities[:, 0] if self.similarities.shape[1] else np.empty(0, dtype=np.float32)

    def closest(self, count: int) -> "Neighbours":
        """The same lists cut to the `count` nearest."""
        return Neighbours(self.indices[:, :count], self.similarities[:, :count])


@dataclass(frozen=True, slots=True)
class Graph:
    """An undirected weighted graph: each edge once, source < target, sorted."""

    size: int
    sources: NDArray[np.int64]
    targets: NDArray[np.int64]
    weights: NDArray[np.float64]

    def strengths(self) -> NDArray[np.float64]:
        """Sum of the weights that touch each question."""
        ends = np.concatenate([self.sources, self.targets])
        weights = np.concatenate([self.weights, self.weights])
        return np.bincount(ends, weights=weights, minlength=self.size).astype(np.float64)


def choose_neighbour_count(size: int) -> int:
    """How many neighbours a corpus of this size wants: measured from 1,000 to 22,000 questions.

    A fixed 40 loses .06 to .12 of ARI at 1,000 questions, where 40 neighbours are several problems.
    """
    return max(0, min(size - 1, int(np.clip(round(0.35 * np.sqrt(size)), 8, 40))))


def find_neighbours(vectors: NDArray[np.float32], count: int) -> Neighbours:
    """Nearest rows of unit vectors, exact up to `MOST_COMPARED`. The same input gives the same lists; equal ones go by row."""
    size = len(vectors)
    count = max(0, min(count, size - 1))
    indices = np.empty((size, count), dtype=np.int32)
    similarities = np.empty((size, count), dtype=np.float32)
    if count == 0:
        return Neighbours(indices, similarities)
    if size > MOST_COMPARED:
        return _search_small_world(vectors, count)
    for start in range(0, size, BLOCK_ROWS):
        rows = slice(start, min(start + BLOCK_ROWS, size))
        indices[rows], similarities[rows] = _nearest_in_block(vectors, rows, count)
    return Neighbours(indices, similarities)


def _search_small_world(vectors: NDArray[np.float32], count: int) -> Neighbours:
    """Approximate neighbours by HNSW over half-precision copies.

    Built by one thread: several would race for the links, and the same input would no longer give the same lists.
    """
    import faiss  # noqa: PLC0415 - of use to a large corpus alone

    size, dimensions = vectors.shape
    threads = faiss.omp_get_max_threads()
    kind = faiss.ScalarQuantizer.QT_fp16
    # The package's own stubs want a quantiser where the library takes the number of its kind.
    index = faiss.IndexHNSWSQ(dimensions, kind, LINKS, faiss.METRIC_INNER_PRODUCT)  # type: ignore[arg-type]
    index.hnsw.efConstruction = LOOK_BUILDING
    index.hnsw.efSearch = max(LOOK_SEARCHING, 2 * count)
    faiss.omp_set_num_threads(1)
    index.train(vectors[:1])
    index.add(vectors)
    faiss.omp_set_num_threads(threads)
    indices = np.empty((size, count), dtype=np.int32)
    similarities = np.empty((size, count), dtype=np.float32)
    for start in range(0, size, BLOCK_ROWS):
        rows = slice(start, min(start + BLOCK_ROWS, size))
        indices[rows], similarities[rows] = _without_self(*index.search(vectors[rows], count + 1), start)
    return Neighbours(indices, similarities)


def _without_self(
    similarities: NDArray[np.float32], indices: NDArray[np.int64], start: int
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """The rows without the question itself; where the search missed it, without its last neighbour instead."""
    own = indices == np.arange(start, start + len(indices))[:, None]
    own[~own.any(axis=1), -1] = True
    kept = np.argsort(own, axis=1, kind="stable")[:, :-1]
    return np.take_along_axis(indices, kept, 1).astype(np.int32), np.take_along_axis(similarities, kept, 1)


def _nearest_in_block(
    vectors: NDArray[np.float32], rows: slice, count: int
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    block = vectors[rows] @ vectors.T
    own = np.arange(rows.start, rows.stop)
    block[np.arange(len(own)), own] = -np.inf
    picked = np.sort(np.argpartition(block, -count, axis=1)[:, -count:], axis=1).astype(np.int32)
    values = np.take_along_axis(block, picked, axis=1)
    order = np.argsort(-values, axis=1, kind="stable")
    return np.take_along_axis(picked, order, axis=1), np.take_along_axis(values, order, axis=1)


def build_graph(neighbours: Neighbours) -> Graph:
    """Each question's own weights, made mutual by probabilistic union: an edge holds if either end believes in it."""
    size, count = neighbours.indices.shape
    if count == 0:
        nothing = np.empty(0, dtype=np.int64)
        return Graph(size, nothing, nothing, np.empty(0, dtype=np.float64))
    pairs = np.empty((size, count), dtype=np.int64)
    doubt = np.empty((size, count), dtype=np.float64)
    for start in range(0, size, WEIGHED_ROWS):  # both arrays are as large as anything here; their parts need not be
        rows = slice(start, min(start + WEIGHED_ROWS, size))
        own, theirs = np.arange(rows.start, rows.stop)[:, None], neighbours.indices[rows].astype(np.int64)
        pairs[rows] = np.minimum(own, theirs) * size + np.maximum(own, theirs)
        doubt[rows] = 1.0 - fuzzy_weights(neighbours.similarities[rows])
    return _unite(size, pairs.ravel(), doubt.ravel())


def _unite(size: int, pairs: NDArray[np.int64], doubt: NDArray[np.float64]) -> Graph:
    """1 - (1 - a)(1 - b); a pair seen from one end only keeps its one weight."""
    order = np.argsort(pairs, kind="stable")
    pairs, doubt = pairs[order], doubt[order]
    del order
    first = np.flatnonzero(np.concatenate([[True], pairs[1:] != pairs[:-1]]))
    pairs, doubt = pairs[first], np.multiply.reduceat(doubt, first)
    kept = doubt < 1.0 - LIGHTEST_EDGE
    return Graph(size, pairs[kept] // size, pairs[kept] % size, 1.0 - doubt[kept])


def fuzzy_weights(similarities: NDArray[np.float32]) -> NDArray[np.float64]:
    """exp(-(distance - nearest) / scale), the scale chosen so that a row sums to log2 of the neighbour count."""
    distances = np.maximum(1.0 - similarities.astype(np.float64), 0.0)
    excess = np.maximum(distances - _nearest_positive(distances), 0.0)
    low = np.zeros(len(distances))
    high = np.full(len(distances), np.inf)
    scale = np.ones(len(distances))
    goal = np.log2(distances.shape[1]) if distances.shape[1] > 1 else 1.0
    for _ in range(BISECTION_STEPS):
        too_wide = np.exp(-excess / scale[:, None]).sum(axis=1) > goal
        high = np.where(too_wide, scale, high)
        low = np.where(too_wide, low, scale)
        scale = np.where(np.isinf(high), scale * 2.0, (low + high) / 2.0)
    floor = NARROWEST_SCALE * np.maximum(distances.mean(axis=1), NARROWEST_SCALE)
    weights: NDArray[np.float64] = np.exp(-excess / np.maximum(scale, floor)[:, None])
    return weights


def _nearest_positive(distances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distance to the nearest question that is not an exact copy; 0 where all are copies."""
    apart = np.where(distances > 0.0, distances, np.inf).min(axis=1, keepdims=True)
    return np.where(np.isinf(apart), 0.0, apart)
