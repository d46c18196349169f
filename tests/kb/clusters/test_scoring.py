"""The scores agree with scikit-learn's where it has them, and with the definition where it has not."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score, v_measure_score

from kb.clusters.scoring import score_agreement

pairs_of_names = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=2, max_size=40)


@settings(deadline=None)
@given(pairs_of_names)
def test_v_measure_and_rand_agree_with_scikit_learn(rows):
    given_names, found = zip(*rows, strict=True)
    scores = score_agreement(given_names, found)
    assert scores.v_measure == pytest.approx(v_measure_score(given_names, found), abs=1e-9)
    assert scores.adjusted_rand == pytest.approx(adjusted_rand_score(given_names, found), abs=1e-9)


@given(pairs_of_names)
def test_pairwise_scores_count_pairs(rows):
    same_label = {p for p in combinations(range(len(rows)), 2) if rows[p[0]][0] == rows[p[1]][0]}
    same_group = {p for p in combinations(range(len(rows)), 2) if rows[p[0]][1] == rows[p[1]][1]}
    scores = score_agreement(*zip(*rows, strict=True))
    assert scores.pair_precision == pytest.approx(len(same_label & same_group) / len(same_group) if same_group else 1)
    assert scores.pair_recall == pytest.approx(len(same_label & same_group) / len(same_label) if same_label else 1)


@given(pairs_of_names, st.randoms())
def test_scores_do_not_depend_on_order_or_names(rows, random):
    shuffled = random.sample(rows, len(rows))
    renamed = [(f"label {a}", f"group {b * 7}") for a, b in shuffled]
    one, other = score_agreement(*zip(*rows, strict=True)), score_agreement(*zip(*renamed, strict=True))
    for name in ("v_measure", "adjusted_rand", "pair_precision", "pair_recall", "pair_f1"):
        assert getattr(one, name) == pytest.approx(getattr(other, name), abs=1e-9)


def test_a_perfect_grouping_scores_one_and_one_heap_scores_no_rand():
    perfect = score_agreement("aabbcc", [2, 2, 0, 0, 1, 1])
    assert (perfect.v_measure, perfect.adjusted_rand, perfect.pair_f1) == (pytest.approx(1.0), 1.0, 1.0)
    heap = score_agreement("aabbcc", [0] * 6)
    assert (heap.adjusted_rand, heap.pair_recall, heap.pair_precision) == (0.0, 1.0, 0.2)


def test_two_sequences_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match="2 labels for 1 questions"):
        score_agreement("ab", [0])
