"""Beyond what every pair can be compared for, neighbours are searched: nearly all are found, the same ones each time."""

import numpy as np
import pytest

from kb.clusters import graph
from tests.kb.clusters.clouds import make_clouds


@pytest.fixture
def vectors():
    return make_clouds([20] * 100, spread=1.2)[0]


@pytest.fixture
def searched(monkeypatch):
    monkeypatch.setattr(graph, "MOST_COMPARED", 100)
    return graph.find_neighbours


def test_searching_finds_nearly_all_that_comparing_finds(vectors, searched, monkeypatch):
    found = searched(vectors, 20)
    monkeypatch.setattr(graph, "MOST_COMPARED", len(vectors))
    true = graph.find_neighbours(vectors, 20)
    recall = np.mean([len(set(a) & set(b)) / 20 for a, b in zip(found.indices, true.indices, strict=True)])
    assert recall > 0.97
    np.testing.assert_allclose(found.nearest, true.nearest, atol=2e-3)


def test_the_same_vectors_give_the_same_lists(vectors, searched):
    assert (searched(vectors, 20).indices == searched(vectors.copy(), 20).indices).all()


def test_no_question_is_its_own_neighbour_even_among_copies(vectors, searched):
    found = searched(np.concatenate([vectors, vectors[:200]]), 20)
    assert (found.indices != np.arange(len(found.indices))[:, None]).all()
    assert (np.diff(found.similarities, axis=1) <= 0).all()
