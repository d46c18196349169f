"""Real questions of bank customers, 77 intents: a sample of 2,500, so that the suite stays fast.

The floor of the whole file (V .80, ARI .50, F1 .50) is what `answerloop eval clusters` prints. The floors here lie
.02 to .03 under what this very sample gave with MiniLM: V .83, ARI .56, F1 .57 in one go.
"""

import csv
from collections.abc import Iterator

import numpy as np
import pytest

from kb.clusters.evaluating import evaluate_clusters, evaluate_stream, score_places
from kb.clusters.groups import number_present
from kb.clusters.streaming import Stream
from tests.support.remembered_vectors import RememberedEmbedder
from tests.support.shared_data import shared_data


@pytest.fixture(scope="module")
def embedder() -> Iterator[RememberedEmbedder]:
    model = RememberedEmbedder()
    yield model
    model.close()


@pytest.fixture(scope="module")
def sample() -> tuple[list[str], list[str]]:
    """A quarter of each intent, in mixed order."""
    with shared_data("intents/banking77/train.csv").open(encoding="utf-8", newline="") as stream:
        rows = [(row["text"], row["category"]) for row in csv.DictReader(stream)]
    rng = np.random.default_rng(7)
    labels = np.array([label for _, label in rows])
    kept = np.concatenate([rng.permutation(np.flatnonzero(labels == label))[::4] for label in np.unique(labels)])
    chosen = [rows[i] for i in rng.permutation(kept)]
    return [text for text, _ in chosen], [label for _, label in chosen]


@pytest.mark.xdist_group("model")
async def test_a_sample_is_grouped_as_people_labelled_it(sample, embedder):
    texts, labels = sample
    scores = await evaluate_clusters(texts, labels, embedder)
    assert (scores.questions, scores.labels) == (len(texts), 77)
    assert scores.v_measure > 0.80
    assert scores.adjusted_rand > 0.53
    assert scores.pair_f1 > 0.54
    assert 60 <= scores.clusters <= 110
    assert scores.alone < 0.05 * len(texts)


@pytest.mark.xdist_group("model")
@pytest.mark.parametrize("order", ["random", "later-kinds"])
async def test_questions_that_arrive_one_by_one_are_served_well_and_keep_their_clusters_ids(sample, embedder, order):
    texts, labels = sample
    scores = await evaluate_stream(texts, labels, embedder, order=order)
    assert scores.served.v_measure > 0.70
    assert scores.refreshed.v_measure > 0.80
    assert scores.refreshed.adjusted_rand > 0.48
    assert scores.moved_later < 0.10
    assert scores.agreed > 0.75


@pytest.mark.xdist_group("model")
async def test_most_clustered_questions_keep_their_id_when_30_of_100_unseen_ones_arrive(sample, embedder):
    """On this sample 87 of 100 do, on the whole file 96 (`answerloop eval clusters --stream` prints it): fewer than
    thirty questions of a kind leave a cluster's edge open. What people confirmed stays in any case."""
    texts, _ = sample
    vectors = await embedder.embed(texts)
    known = round(len(texts) / 1.3)
    stream, again = Stream(vectors, texts), Stream(vectors, texts)
    for one in (stream, again):
        for row in range(known):
            one.arrive(row)
        one.refresh()
        one.refresh()
        for row in range(known, len(texts)):
            one.arrive(row)
    refreshed = stream.refresh()
    assert refreshed.moved / refreshed.stood < 0.16
    again.refresh()
    places = [number_present(list(one.cluster_of.values())) for one in (stream, again)]
    assert np.array_equal(*places), "the same questions in the same order stand together alike"


@pytest.mark.xdist_group("model")
async def test_a_forum_that_starts_empty_gets_clusters_before_its_first_refresh(sample, embedder):
    texts, labels = sample
    stream = Stream((await embedder.embed(texts))[:600], texts)
    choices = [stream.arrive(row).choice for row in range(600)]
    assert {"join", "found", "alone"} == {str(choice) for choice in choices}
    assert score_places(labels[:600], list(stream.cluster_of.values())).v_measure > 0.68
