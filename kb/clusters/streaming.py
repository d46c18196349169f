"""The life of a corpus in memory: questions arrive one after another, the online step places them, refreshes follow.

Decided by the same functions as the product's joining and refreshing, over exact search in place of the database's index.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from kb.clusters.graph import choose_neighbour_count
from kb.clusters.grouping import ALONE
from kb.clusters.matching import match_groups
from kb.clusters.regrouping import has_grown_enough, regroup
from kb.clusters.rules import SHIPPED_FLOORS, Choice, ClusterChoice, Near, choose_cluster


@dataclass(frozen=True, slots=True)
class RefreshShares:
    """`changed`: share of the stored questions whose place changed. `kept`: share of the confirmed that kept their id.

    Confirmed is a question whose cluster an earlier refresh had left it in or put it in; 1.0 when there was none yet.
    """

    questions: int
    changed: float
    kept: float
    confirmed: int


class Stream:
    """Row i is the question with id i + 1. `served` holds the cluster each question had when its asker looked."""

    def __init__(self, vectors: NDArray[np.float32], texts: Sequence[str]) -> None:
        self._vectors, self._texts = vectors, texts
        self.places: list[UUID | None] = []
        self.served: list[UUID | None] = []
        self._sizes: Counter[UUID] = Counter()
        self._floors = SHIPPED_FLOORS
        self._at_last_refresh = 0
        self._confirmed: set[int] = set()
        self._clusters_made = 0

    @property
    def is_refresh_due(self) -> bool:
        """The product's cadence."""
        return has_grown_enough(len(self.places), self._at_last_refresh)

    def arrive(self) -> ClusterChoice:
        """The next question takes its place."""
        row = len(self.places)
        choice = choose_cluster(
            self._find_near(row), floors=self._floors, cluster_sizes=self._sizes, question_count=row + 1
        )
        self.places.append(None)
        self._obey(row, choice)
        self.served.append(self.places[row])
        return choice

    def refresh(self) -> RefreshShares:
        """All questions here grouped afresh, new groups matched onto the ids they had."""
        count, before = len(self.places), list(self.places)
        grouping = regroup(self._vectors[:count], self._texts[:count], before)
        self._floors = grouping.floors
        after = {_question_id(row): int(g) for row, g in enumerate(grouping.groups) if g != ALONE}
        matching = match_groups({_question_id(row): c for row, c in enumerate(before) if c is not None}, after)
        ids = {group: cluster_id or self._new_cluster() for group, cluster_id in matching.cluster_of.items()}
        self.places = [None if g == ALONE else ids[int(g)] for g in grouping.groups]
        return self._settle(before)

    def _settle(self, before: list[UUID | None]) -> RefreshShares:
        count, confirmed = len(before), len(self._confirmed)
        kept = sum(self.places[row] == before[row] for row in self._confirmed)
        changed = sum(new != old for new, old in zip(self.places, before, strict=True))
        self._sizes = Counter(place for place in self.places if place is not None)
        self._confirmed = {row for row, place in enumerate(self.places) if place is not None}
        self._at_last_refresh = count
        return RefreshShares(count, changed / max(count, 1), kept / confirmed if confirmed else 1.0, confirmed)

    def _find_near(self, row: int) -> list[Near]:
        similarities = self._vectors[:row] @ self._vectors[row]
        nearest = np.argsort(-similarities, kind="stable")[: max(1, choose_neighbour_count(row + 1))]
        return [Near(_question_id(int(i)), self.places[int(i)], float(similarities[i])) for i in nearest]

    def _obey(self, row: int, choice: ClusterChoice) -> None:
        if choice.choice is Choice.JOIN and choice.cluster_id is not None:
            self._place(row, choice.cluster_id)
        if choice.choice is Choice.FOUND and choice.companion_id is not None:
            founded = self._new_cluster()
            self._place(choice.companion_id.int - 1, founded)
            self._place(row, founded)

    def _place(self, row: int, cluster_id: UUID) -> None:
        self.places[row] = cluster_id
        self._sizes[cluster_id] += 1

    def _new_cluster(self) -> UUID:
        self._clusters_made += 1
        return UUID(int=10**12 + self._clusters_made)


def _question_id(row: int) -> UUID:
    return UUID(int=row + 1)
