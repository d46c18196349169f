"""Questions arriving one after another, as an installation lives through them: the online step places each, refreshes follow.

The same pure decisions run here as in the product (`choose_cluster`, `group_vectors`, `plan_settling`), over vectors in
memory and with exact search, so that `answerloop eval clusters --stream` measures what people were shown.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from kb.clusters.graph import choose_neighbour_count
from kb.clusters.grouping import group_vectors
from kb.clusters.groups import ALONE, number_present
from kb.clusters.obeying import Words
from kb.clusters.rules import ENOUGH_TO_MEASURE, SHIPPED_FLOORS, Choice, ClusterChoice, Floors, Near, choose_cluster
from kb.clusters.settling import Plan, plan_settling

GROWTH = 0.05
"""A refresh follows this much growth, as in the product."""

UNBOUNDED = 1 << 62
"""Every proposal is taken as accepted: what is measured is the method, not somebody's patience."""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh changed. `moved` are questions that stood in a cluster and stand elsewhere or alone now, `settled`
    those that had been alone; `kept_online` of the `new_online` that the online step had placed since the last one stayed."""

    questions: int
    clusters: int
    moved: int
    settled: int
    stood: int
    kept_online: int
    new_online: int
    seconds: float


@dataclass(slots=True)
class Stream:
    """Row i of `vectors` is the i-th question to arrive; `texts` are what it says."""

    vectors: NDArray[np.float32]
    texts: Sequence[str]
    cluster_of: dict[UUID, UUID | None] = field(default_factory=dict)
    served: list[UUID | None] = field(default_factory=list)
    refreshes: list[Refreshed] = field(default_factory=list)
    online_seconds: list[float] = field(default_factory=list)
    _sizes: Counter[UUID] = field(default_factory=Counter)
    _floors: Floors = SHIPPED_FLOORS
    _last_refresh: int = 0
    _founded: int = 0

    def run(self, *, progress: Callable[[int], None] = lambda _: None) -> None:
        """All questions to the last, and a refresh after it."""
        for row in range(len(self.vectors)):
            self.arrive(row)
            if self._is_due():
                self.refresh()
                progress(row + 1)
        if self._last_refresh < len(self.vectors):
            self.refresh()

    def arrive(self, row: int) -> ClusterChoice:
        """Place the next question and remember what its asker saw."""
        started = perf_counter()
        choice = choose_cluster(self._near(row), floors=self._floors, cluster_sizes=self._sizes, question_count=row)
        cluster_id = choice.cluster_id
        if choice.choice is Choice.FOUND and choice.companion_id is not None:
            self._founded += 1
            cluster_id = UUID(int=FIRST_CLUSTER + self._founded)
            self._place(choice.companion_id, cluster_id)
        self._place(_question(row), cluster_id)
        self.served.append(cluster_id)
        self.online_seconds.append(perf_counter() - started)
        return choice

    def refresh(self) -> Refreshed:
        """Group all that has come, keep old ids, and note what changed."""
        started, there = perf_counter(), len(self.served)
        before = dict(self.cluster_of)
        plan = self._plan(there)
        report = self._compare(before, plan, there, started)
        self.cluster_of = dict(plan.places)
        self._sizes = Counter(c for c in self.cluster_of.values() if c is not None)
        self._last_refresh = there
        self.refreshes.append(report)
        return report

    def _plan(self, there: int) -> Plan:
        ids = [_question(row) for row in range(there)]
        groups = self._group(ids)
        after = {q: int(g) for q, g in zip(ids, groups, strict=True) if g != ALONE}
        return plan_settling(self.cluster_of, after, Words(), above=UNBOUNDED)

    def _group(self, ids: Sequence[UUID]) -> NDArray[np.int64]:
        present = number_present([self.cluster_of[q] for q in ids])
        if len(ids) < ENOUGH_TO_MEASURE:
            return present
        present[self._last_refresh :] = ALONE
        grouping = group_vectors(self.vectors[: len(ids)], texts=self.texts[: len(ids)], starting=present)
        self._floors = grouping.floors
        return grouping.groups

    def _compare(self, before: dict[UUID, UUID | None], plan: Plan, there: int, started: float) -> Refreshed:
        stood = [q for q, c in before.items() if c is not None]
        new = [q for q in (_question(row) for row in range(self._last_refresh, there)) if before[q] is not None]
        return Refreshed(
            questions=there,
            clusters=len({c for c in plan.places.values() if c is not None}),
            moved=sum(plan.places[q] != before[q] for q in stood),
            settled=sum(c is None and plan.places[q] is not None for q, c in before.items()),
            stood=len(stood),
            kept_online=sum(plan.places[q] == before[q] for q in new),
            new_online=len(new),
            seconds=perf_counter() - started,
        )

    def _is_due(self) -> bool:
        there = len(self.served)
        return there >= ENOUGH_TO_MEASURE and there > self._last_refresh * (1 + GROWTH)

    def _near(self, row: int) -> list[Near]:
        """The nearest that came before, exactly."""
        count = max(0, min(choose_neighbour_count(row + 1), row))
        if not count:
            return []
        similarities = self.vectors[:row] @ self.vectors[row]
        nearest = np.argpartition(-similarities, count - 1)[:count]
        ids = [_question(int(i)) for i in nearest]
        return [Near(q, self.cluster_of[q], float(s)) for q, s in zip(ids, similarities[nearest], strict=True)]

    def _place(self, question_id: UUID, cluster_id: UUID | None) -> None:
        self.cluster_of[question_id] = cluster_id
        if cluster_id is not None:
            self._sizes[cluster_id] += 1


FIRST_CLUSTER = 1 << 64
"""Ids of questions lie under it."""


def _question(row: int) -> UUID:
    return UUID(int=row + 1)


def order_at_random(labels: Sequence[str], seed: int) -> NDArray[np.int64]:
    """Rows in an order that tells nothing."""
    return np.random.default_rng(seed).permutation(len(labels))


def order_with_later_kinds(labels: Sequence[str], seed: int) -> NDArray[np.int64]:
    """A quarter of the kinds is there from the start; the others begin one after another over the first four fifths of
    the stream. From its beginning on, a kind is asked about evenly."""
    random = np.random.default_rng(seed)
    kinds = sorted(set(labels))
    begins = np.maximum(0.0, np.linspace(-0.25, 0.75, len(kinds)) * 0.8 / 0.75)
    begin_of = dict(zip(random.permutation(kinds).tolist(), begins, strict=True))
    starts = np.array([begin_of[label] for label in labels])
    return np.argsort(starts + random.random(len(labels)) * (1 - starts), kind="stable")


def order_as_given(labels: Sequence[str], seed: int) -> NDArray[np.int64]:
    """The rows of the file."""
    return np.arange(len(labels))


ORDERS = {"file": order_as_given, "random": order_at_random, "later-kinds": order_with_later_kinds}
