"""The neighbour lists are exact, and the weights are what the fuzzy simplicial set promises."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.clusters import graph
from kb.clusters.graph import build_graph, choose_neighbour_count, find_neighbours, fuzzy_weights
from tests.kb.clusters.clouds import make_clouds


@pytest.mark.parametrize(
    ("size", "count"), [(0, 0), (1, 0), (2, 1), (5, 4), (450, 8), (1000, 11), (10_003, 35), (50_000, 40)]
)
def test_the_neighbour_count_follows_the_size_of_the_corpus(size, count):
    assert choose_neighbour_count(size) == count


@pytest.mark.parametrize("block", [1, 7, 1000])
def test_neighbours_are_the_exact_ones_whatever_the_block_size(monkeypatch, block):
    monkeypatch.setattr(graph, "BLOCK_ROWS", block)
    vectors, _ = make_clouds([9, 14, 20])
    found = find_neighbours(vectors, 5)
    similarities = vectors.astype(np.float64) @ vectors.T
    np.fill_diagonal(similarities, -np.inf)
    expected = -np.sort(-similarities, axis=1)[:, :5]
    np.testing.assert_allclose(found.similarities, expected, atol=1e-6)
    np.testing.assert_allclose(np.take_along_axis(similarities, found.indices, axis=1), expected, atol=1e-6)


def test_no_question_is_its_own_neighbour_even_among_copies():
    vectors = np.repeat(make_clouds([1])[0], 6, axis=0)
    found = find_neighbours(vectors, 3)
    assert not (found.indices == np.arange(6)[:, None]).any()


def test_one_question_has_no_neighbours_and_no_edges():
    vectors, _ = make_clouds([1])
    found = find_neighbours(vectors, 8)
    assert found.indices.shape == (1, 0)
    assert found.nearest.shape == (0,)
    assert len(build_graph(found).weights) == 0


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(8, 40))
def test_a_row_of_weights_starts_at_one_falls_and_sums_to_log2_of_its_length(seed, count):
    row = -np.sort(-np.random.default_rng(seed).uniform(0.1, 0.95, size=(4, count)), axis=1).astype(np.float32)
    weights = fuzzy_weights(row)
    assert weights[:, 0] == pytest.approx(1.0)
    assert (np.diff(weights, axis=1) <= 1e-12).all()
    np.testing.assert_allclose(weights.sum(axis=1), np.log2(count), rtol=1e-3)


def test_copies_of_one_text_weigh_fully_and_give_no_nonsense():
    assert fuzzy_weights(np.ones((2, 5), dtype=np.float32)) == pytest.approx(np.ones((2, 5)))


def test_an_edge_is_stored_once_and_is_at_least_what_either_end_believes():
    vectors, _ = make_clouds([12, 12])
    neighbours = find_neighbours(vectors, 4)
    built = build_graph(neighbours)
    assert (built.sources < built.targets).all()
    assert len(set(zip(built.sources.tolist(), built.targets.tolist(), strict=True))) == len(built.weights)
    assert ((built.weights > 0) & (built.weights <= 1)).all()
    assert built.strengths().sum() == pytest.approx(2 * built.weights.sum())
    edges = dict(zip(zip(built.sources.tolist(), built.targets.tolist(), strict=True), built.weights, strict=True))
    own = fuzzy_weights(neighbours.similarities)
    for row, column in np.ndindex(own.shape):
        other = int(neighbours.indices[row, column])
        if own[row, column] > 1e-5:
            assert edges[min(row, other), max(row, other)] >= own[row, column] - 1e-9
