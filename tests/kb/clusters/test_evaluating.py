"""The evaluation counts what it says it counts; quality on real questions is in test_banking77.py."""

import numpy as np

from kb.clusters.evaluating import evaluate_clusters, score_groups
from tests.kb.clusters.clouds import make_clouds


class FixedEmbedder:
    """Vectors made beforehand, by text."""

    fingerprint, dimensions = "fixed", 48

    def __init__(self, vectors):
        self._vectors = vectors

    async def embed(self, texts):
        return self._vectors[[int(text) for text in texts]]


async def test_the_figures_describe_the_run():
    vectors, labels = make_clouds([90, 60, 30, 1])
    texts, names = [str(i) for i in range(181)], [f"kind {label}" for label in labels]
    scores = await evaluate_clusters(texts, names, FixedEmbedder(vectors))
    assert (scores.questions, scores.labels, scores.clusters, scores.alone) == (181, 4, 3, 1)
    assert scores.adjusted_rand > 0.95
    assert scores.cluster_seconds > 0


async def test_the_same_seed_gives_the_same_scores():
    vectors, labels = make_clouds([9] * 12, spread=1.5)
    texts, names = [str(i) for i in range(108)], [str(label) for label in labels]
    runs = [await evaluate_clusters(texts, names, FixedEmbedder(vectors), seed=5) for _ in range(2)]
    assert runs[0].v_measure == runs[1].v_measure
    assert runs[0].clusters == runs[1].clusters


def test_questions_left_alone_count_as_groups_of_one():
    assert score_groups(["a", "a"], np.array([-1, -1])).pair_recall == 0.0
