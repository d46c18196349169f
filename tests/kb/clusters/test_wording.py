"""Shared words count beside meaning: rare ones tell near questions apart, common and private ones do not."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.clusters.graph import Neighbours, find_neighbours
from kb.clusters.wording import rank_by_words_too, weigh_words
from tests.kb.clusters.clouds import make_clouds


def shared(texts):
    words = weigh_words(texts)
    return (words @ words.T).toarray()


def test_a_rare_word_in_common_weighs_more_than_a_frequent_one():
    texts = ["card payment fee", "card payment limit", "payment fee", *["card arrives late"] * 6]
    assert shared(texts)[0, 2] > shared(texts)[0, 3]


def test_words_that_one_text_alone_says_are_left_out():
    texts = ["order 113542617735902 cancel", "order 77 cancel"]
    assert np.isclose(shared(texts)[0, 1], 1.0)


def test_texts_without_any_word_in_common_share_nothing_and_break_nothing():
    assert shared(["alpha", "beta", "", "?!"]).sum() == 0.0
    assert weigh_words([]).shape[0] == 0


def test_of_two_equally_near_questions_the_one_with_the_same_words_comes_first():
    near = Neighbours(np.array([[1, 2], [0, 2], [0, 1]]), np.full((3, 2), 0.8, dtype=np.float32))
    ranked = rank_by_words_too(
        near, weigh_words(["top up failed", "close account", "top up failed"]), share=0.4, count=1
    )
    assert ranked.indices[0, 0] == 2
    assert ranked.indices[2, 0] == 0


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 10), st.floats(0.0, 1.0))
def test_ranking_by_words_keeps_candidates_and_order(count, share):
    vectors, labels = make_clouds([8, 8, 8])
    candidates = find_neighbours(vectors, 10)
    texts = [f"problem {label} again" for label in labels]
    ranked = rank_by_words_too(candidates, weigh_words(texts), share=share, count=count)
    assert ranked.indices.shape == (24, count)
    assert all(set(mine) <= set(there) for mine, there in zip(ranked.indices, candidates.indices, strict=True))
    assert (np.diff(ranked.similarities, axis=1) <= 0).all()
