"""From vectors to groups in one call: near questions, words, graph, partition, healing, parking. The refresh runs this."""

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kb.clusters.graph import build_graph, choose_neighbour_count, find_neighbours
from kb.clusters.groups import ALONE, Grouping, number_in_order
from kb.clusters.healing import heal_splits
from kb.clusters.parking import COMPANIONS, choose_parked
from kb.clusters.rules import SHIPPED, Floors, GroupingParameters, measure_floors

HASHED_ROWS = 10_000


def group_vectors(
    vectors: NDArray[np.float32],
    parameters: GroupingParameters = SHIPPED,
    *,
    texts: Sequence[str] | None = None,
    starting: NDArray[np.int64] | None = None,
) -> Grouping:
    """Groups unit vectors; `starting` holds the present groups, ALONE where a question has none.

    With the `texts` behind the vectors, shared words count beside meaning.

    Exact copies are grouped as one question and share its group. Without this, a text asked more often than the
    graph has neighbours would see nothing but itself and stand apart from its own paraphrases.
    """
    if not len(vectors):
        return Grouping(np.empty(0, dtype=np.int64), measure_floors(np.empty(0, dtype=np.float32)))
    first, place = _find_copies(vectors)
    distinct = vectors if len(first) == len(vectors) else vectors[first]
    begun = None if starting is None else starting[first]
    worded = None if texts is None else [texts[row] for row in first]
    groups, floors = _group_distinct(distinct, worded, np.bincount(place), parameters, begun)
    return Grouping(number_in_order(groups[place]), floors)


def _find_copies(vectors: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The row where each distinct vector stands first, in order, and for each row which of them it is.

    Through hashes of 16 bytes, because sorting the rows themselves would take twice the memory of all vectors.
    """
    known: dict[bytes, int] = {}
    first: list[int] = []
    place = np.empty(len(vectors), dtype=np.int64)
    for start in range(0, len(vectors), HASHED_ROWS):
        block = np.ascontiguousarray(vectors[start : start + HASHED_ROWS]) + np.float32(0)  # -0 is the same number as 0
        for row, values in enumerate(block, start):
            number = known.setdefault(hashlib.blake2b(values, digest_size=16).digest(), len(first))
            if number == len(first):
                first.append(row)
            place[row] = number
    return np.array(first, dtype=np.int64), place


def _group_distinct(
    vectors: NDArray[np.float32],
    texts: Sequence[str] | None,
    copies: NDArray[np.int64],
    parameters: GroupingParameters,
    starting: NDArray[np.int64] | None,
) -> tuple[NDArray[np.int64], Floors]:
    # Imported here because they bring scipy and scikit-learn: a second and 90 MB that only a process which groups needs.
    from kb.clusters.partition import partition_graph  # noqa: PLC0415
    from kb.clusters.wording import rank_by_words_too, weigh_words  # noqa: PLC0415

    count = choose_neighbour_count(len(vectors))
    candidates = find_neighbours(vectors, max(count if texts is None else 2 * count, COMPANIONS))
    near = candidates.closest(count)
    if texts is not None:
        near = rank_by_words_too(candidates, weigh_words(texts), share=parameters.words_share, count=count)
    groups = partition_graph(
        build_graph(near), resolution=parameters.resolution, seed=parameters.seed, starting=starting
    )
    groups = heal_splits(vectors, groups, ratio=parameters.heal_ratio, smallest_share=parameters.smallest_healed_share)
    parked = choose_parked(candidates, parameters.parked_distance) & (copies == 1)
    groups = np.where(parked, ALONE, groups)
    return _leave_single_ones_alone(groups, copies), measure_floors(candidates.nearest)


def _leave_single_ones_alone(groups: NDArray[np.int64], copies: NDArray[np.int64]) -> NDArray[np.int64]:
    """A group is what at least two questions share; copies of one text do share it."""
    sizes = np.bincount(groups[groups >= 0], weights=copies[groups >= 0], minlength=1)
    return np.where((groups >= 0) & (sizes[np.maximum(groups, 0)] < 2), ALONE, groups)
