"""How well the shipped grouping finds problems that people labelled; `answerloop eval clusters` prints it."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from kb.clusters.grouping import group_vectors
from kb.clusters.rules import SHIPPED, GroupingParameters
from kb.clusters.scoring import Agreement, score_agreement
from kb.clusters.streaming import ORDERS, Refreshed, Stream
from kb.core.errors import Invalid
from kb.core.saying import say
from kb.ports.embedder import Embedder


@dataclass(frozen=True, slots=True)
class ClusterScores:
    """Figures of one run. Questions left alone count as groups of one, in every score."""

    v_measure: float
    adjusted_rand: float
    pair_precision: float
    pair_recall: float
    pair_f1: float
    questions: int
    labels: int
    clusters: int
    alone: int
    embed_seconds: float
    cluster_seconds: float


async def evaluate_clusters(
    texts: Sequence[str],
    labels: Sequence[str],
    embedder: Embedder,
    seed: int = SHIPPED.seed,
    parameters: GroupingParameters = SHIPPED,
) -> ClusterScores:
    """Embeds, groups with the shipped parameters and compares. Labels are used to score and for nothing else."""
    started = perf_counter()
    vectors = await embedder.embed(texts)
    embedded = perf_counter()
    groups = group_vectors(vectors, replace(parameters, seed=seed), texts=texts).groups
    grouped = perf_counter()
    agreement = score_groups(labels, groups)
    return ClusterScores(
        v_measure=agreement.v_measure,
        adjusted_rand=agreement.adjusted_rand,
        pair_precision=agreement.pair_precision,
        pair_recall=agreement.pair_recall,
        pair_f1=agreement.pair_f1,
        questions=len(texts),
        labels=len(Counter(labels)),
        clusters=len(np.unique(groups[groups >= 0])),
        alone=int((groups < 0).sum()),
        embed_seconds=embedded - started,
        cluster_seconds=grouped - embedded,
    )


def score_groups(labels: Sequence[str], groups: NDArray[np.int64]) -> Agreement:
    """Agreement of group numbers with labels; each negative number is a question alone, a group of its own."""
    return score_agreement(labels, [int(g) if g >= 0 else -1 - i for i, g in enumerate(groups)])


@dataclass(frozen=True, slots=True)
class StreamScores:
    """How a stream went. `served` is what each asker saw on arrival, `refreshed` what the last refresh made of all.

    `moved` is the share of questions that stood in a cluster and stood elsewhere after a refresh: the mean over all
    refreshes, and over the later half of them. `agreed` is the share the next refresh left where the online step had put
    them. `identities_kept` is the smallest share, over all refreshes, of clustered questions that kept their cluster's id.
    """

    served: Agreement
    refreshed: Agreement
    questions: int
    labels: int
    clusters: int
    alone: int
    refreshes: tuple[Refreshed, ...]
    moved: float
    moved_later: float
    agreed: float
    identities_kept: float
    embed_seconds: float
    online_milliseconds_p50: float
    online_milliseconds_p95: float
    refresh_seconds: float


async def evaluate_stream(
    texts: Sequence[str],
    labels: Sequence[str],
    embedder: Embedder,
    *,
    order: str = "random",
    seed: int = SHIPPED.seed,
    progress: Callable[[int], None] = lambda _: None,
) -> StreamScores:
    """Lets the questions arrive one by one with refreshes at the product's pace. Labels order the stream and score it."""
    if order not in ORDERS:
        raise Invalid(say("There is no such order."), {"order": say("one of {known}", known=", ".join(ORDERS))})
    started = perf_counter()
    rows = ORDERS[order](labels, seed)
    vectors = await embedder.embed([texts[row] for row in rows])
    embedded = perf_counter()
    stream = Stream(vectors, [texts[row] for row in rows])
    stream.run(progress=progress)
    truth = [labels[row] for row in rows]
    return _score_stream(stream, truth, embedded - started)


def _score_stream(stream: Stream, truth: Sequence[str], embed_seconds: float) -> StreamScores:
    final = list(stream.cluster_of.values())
    refreshes = stream.refreshes
    shares = [one.moved / one.stood for one in refreshes if one.stood]
    online = 1000 * np.array(stream.online_seconds)
    return StreamScores(
        served=score_places(truth, stream.served),
        refreshed=score_places(truth, final),
        questions=len(truth),
        labels=len(set(truth)),
        clusters=len(set(final) - {None}),
        alone=final.count(None),
        refreshes=tuple(refreshes),
        moved=_mean(shares),
        moved_later=_mean(shares[len(shares) // 2 :]),
        agreed=sum(one.kept_online for one in refreshes) / max(1, sum(one.new_online for one in refreshes)),
        identities_kept=1 - max(shares, default=0.0),
        embed_seconds=embed_seconds,
        online_milliseconds_p50=float(np.median(online)) if len(online) else 0.0,
        online_milliseconds_p95=float(np.quantile(online, 0.95)) if len(online) else 0.0,
        refresh_seconds=sum(one.seconds for one in refreshes),
    )


def score_places(labels: Sequence[str], places: Sequence[UUID | None]) -> Agreement:
    """Agreement of clusters with labels; each question alone is a group of its own."""
    return score_agreement(labels, [-1 - i if c is None else c.int for i, c in enumerate(places)])


def _mean(shares: Sequence[float]) -> float:
    return sum(shares) / len(shares) if shares else 0.0
