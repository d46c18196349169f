"""How well the shipped grouping finds problems that people labelled; `answerloop eval clusters` prints it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from kb.clusters.grouping import group_vectors
from kb.clusters.rules import SHIPPED, GroupingParameters
from kb.clusters.scoring import Agreement, score_agreement
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
