"""Plays the days between refreshes: questions arrive one by one and only the online step places them."""

from collections import Counter
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from kb.clusters.graph import choose_neighbour_count
from kb.clusters.rules import Choice, ClusterChoice, Floors, Near, choose_cluster, measure_floors


class Stream:
    """Vectors in memory, exact search; row i is the question with id i + 1."""

    def __init__(self, vectors: NDArray[np.float32], floors: Floors | None = None) -> None:
        self.vectors = vectors
        self.cluster_of: dict[int, UUID] = {}
        self.sizes: Counter[UUID] = Counter()
        self.arrived = 0
        self.nearest: list[float] = []
        self.floors = floors

    def begin_with(self, groups: NDArray[np.int64]) -> None:
        """The state a refresh left for the first questions."""
        self.arrived = len(groups)
        for row, group in enumerate(groups):
            if group >= 0:
                self._place(row, UUID(int=int(group) + 10**9))

    def arrive(self) -> ClusterChoice:
        row = self.arrived
        near = self._find_near(row)
        choice = choose_cluster(
            near,
            floors=self.floors or measure_floors(np.array(self.nearest, dtype=np.float32)),
            cluster_sizes=self.sizes,
            question_count=self.arrived,
        )
        self.nearest += [n.similarity for n in near[:1]]
        self.arrived += 1
        self._obey(row, choice)
        return choice

    def groups(self) -> list[str]:
        return [str(self.cluster_of.get(row, f"alone {row}")) for row in range(self.arrived)]

    def _find_near(self, row: int) -> list[Near]:
        similarities = self.vectors[:row] @ self.vectors[row]
        count = max(0, min(choose_neighbour_count(row + 1), row))
        order = np.argsort(-similarities, kind="stable")[:count]
        return [Near(UUID(int=int(i) + 1), self.cluster_of.get(int(i)), float(similarities[i])) for i in order]

    def _obey(self, row: int, choice: ClusterChoice) -> None:
        if choice.choice is Choice.JOIN and choice.cluster_id is not None:
            self._place(row, choice.cluster_id)
        if choice.choice is Choice.FOUND and choice.companion_id is not None:
            founded = UUID(int=row + 2 * 10**9)
            self._place(choice.companion_id.int - 1, founded)
            self._place(row, founded)

    def _place(self, row: int, cluster_id: UUID) -> None:
        self.cluster_of[row] = cluster_id
        self.sizes[cluster_id] += 1
