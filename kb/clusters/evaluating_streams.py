"""What askers saw while questions came in one after another; `answerloop eval clusters --stream` prints it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from kb.clusters.rules import SHIPPED
from kb.clusters.scoring import Agreement, score_agreement
from kb.clusters.streaming import RefreshShares, Stream
from kb.ports.embedder import Embedder


class Order(StrEnum):
    """How questions arrive. LATER_KINDS holds half of the kinds of question back till half-way."""

    FILE = "file"
    RANDOM = "random"
    LATER_KINDS = "later-kinds"


@dataclass(frozen=True, slots=True)
class StreamScores:
    """`served` scores each question with the cluster it had at arrival, `refreshed` all of them after a last refresh.

    The last refresh comes when the stream has ended, whether or not it was due.
    """

    order: str
    questions: int
    served: Agreement
    refreshed: Agreement
    clusters: int
    served_alone: int
    refreshes: tuple[RefreshShares, ...]

    @property
    def changed_mean(self) -> float:
        """Mean share of questions whose cluster changed, over the refreshes that had confirmed members to keep."""
        return float(np.mean([one.changed for one in self._measurable()] or [0.0]))

    @property
    def kept_mean(self) -> float:
        """Mean share of confirmed members that kept their id."""
        return float(np.mean([one.kept for one in self._measurable()] or [1.0]))

    def _measurable(self) -> list[RefreshShares]:
        return [one for one in self.refreshes if one.confirmed]


async def evaluate_stream(
    texts: Sequence[str], labels: Sequence[str], embedder: Embedder, *, order: Order, seed: int = SHIPPED.seed
) -> StreamScores:
    """Every question through the online step, refreshes at the product's cadence. Labels order the stream and score it."""
    rows = order_arrivals(labels, order, seed)
    vectors = await embedder.embed(texts)
    stream = Stream(vectors[rows], [texts[row] for row in rows])
    refreshes = []
    for _ in rows:
        stream.arrive()
        if stream.is_refresh_due:
            refreshes.append(stream.refresh())
    refreshes.append(stream.refresh())
    given = [labels[row] for row in rows]
    return StreamScores(
        order=str(order),
        questions=len(rows),
        served=score_agreement(given, _each_alone_apart(stream.served)),
        refreshed=score_agreement(given, _each_alone_apart(stream.places)),
        clusters=len({place for place in stream.places if place}),
        served_alone=stream.served.count(None),
        refreshes=tuple(refreshes),
    )


def order_arrivals(labels: Sequence[str], order: Order, seed: int) -> NDArray[np.int64]:
    """Rows in the order of arrival; the same seed gives the same order."""
    if order is Order.FILE:
        return np.arange(len(labels))
    rng = np.random.default_rng(seed)
    mixed = rng.permutation(len(labels))
    if order is Order.RANDOM:
        return mixed
    kinds = rng.permutation(np.unique(np.array(labels)))
    early = set(kinds[: (len(kinds) + 1) // 2].tolist())
    known = np.array([row for row in mixed if labels[row] in early], dtype=np.int64)
    first = known[: len(labels) // 2]
    return np.concatenate([first, rng.permutation(np.setdiff1d(mixed, first))])


def _each_alone_apart(places: Sequence[UUID | None]) -> list[UUID | int]:
    return [row if place is None else place for row, place in enumerate(places)]
