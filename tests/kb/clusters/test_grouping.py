"""From vectors to groups: made-up clouds are found, the lonely stay alone, and nothing depends on chance."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.clusters.evaluating import score_groups
from kb.clusters.graph import Neighbours, build_graph, find_neighbours
from kb.clusters.grouping import group_vectors
from kb.clusters.groups import ALONE, number_in_order
from kb.clusters.healing import heal_splits
from kb.clusters.parking import choose_parked, measure_company
from kb.clusters.partition import partition_graph
from kb.clusters.rules import SHIPPED
from tests.kb.clusters.clouds import make_clouds


def agreement(labels, groups):
    return score_groups([str(label) for label in labels], groups)


def test_clouds_of_unequal_sizes_are_found():
    vectors, labels = make_clouds([30, 22, 15, 12, 9, 6, 5, 4, 3, 3])
    assert agreement(labels, group_vectors(vectors).groups).adjusted_rand > 0.9


def test_a_problem_that_is_half_of_all_questions_is_not_cut_to_pieces():
    vectors, labels = make_clouds([200, *[8] * 25], spread=0.9)
    uncut = group_vectors(vectors)
    cut = group_vectors(vectors, replace(SHIPPED, heal_ratio=9.0))
    assert agreement(labels, uncut.groups).adjusted_rand > agreement(labels, cut.groups).adjusted_rand + 0.2


def test_questions_far_from_all_others_stay_alone():
    vectors, _ = make_clouds([40, 40, 40, 1, 1, 1], seed=3)
    _, labels = make_clouds([40, 40, 40, 1, 1, 1], seed=3)
    assert (group_vectors(vectors).groups[labels >= 3] == ALONE).all()


def test_copies_of_one_text_share_its_group_and_do_not_crowd_out_paraphrases():
    vectors, labels = make_clouds([20, 20, 20])
    row = int(np.flatnonzero(labels == 0)[0])
    groups = group_vectors(np.concatenate([vectors, np.repeat(vectors[[row]], 60, axis=0)])).groups
    assert set(groups[60:]) == {groups[row]}
    assert groups[row] != ALONE
    assert (groups[:60][labels == 0] == groups[row]).mean() > 0.8


def test_two_copies_of_an_odd_text_are_a_group_where_one_would_be_alone():
    vectors, labels = make_clouds([30, 30, 1])
    odd = int(np.flatnonzero(labels == 2)[0])
    groups = group_vectors(np.concatenate([vectors, vectors[[odd]]])).groups
    assert groups[odd] == groups[-1] != ALONE


@pytest.mark.parametrize("size", [0, 1, 2, 3])
def test_a_corpus_of_hardly_any_questions_is_grouped_without_complaint(size):
    groups = group_vectors(make_clouds([3])[0][:size]).groups
    assert len(groups) == size
    assert (groups >= ALONE).all()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 12), min_size=1, max_size=8), st.integers(0, 1000))
def test_groups_are_a_partition_numbered_in_order_and_the_same_each_time(sizes, seed):
    vectors, _ = make_clouds(sizes, seed=seed, spread=1.0)
    groups = group_vectors(vectors).groups
    assert (groups == group_vectors(vectors.copy()).groups).all()
    members = groups[groups != ALONE]
    assert set(members.tolist()) == set(range(len(set(members.tolist()))))
    assert (np.bincount(members, minlength=1)[: members.max(initial=-1) + 1] >= 2).all()
    assert (number_in_order(groups) == groups).all()


def test_another_order_of_the_same_questions_finds_nearly_the_same_groups():
    vectors, _ = make_clouds([90, 60, 45, 30, 24, 15, 15, 10])
    order = np.random.default_rng(1).permutation(len(vectors))
    shuffled = group_vectors(vectors[order]).groups
    assert agreement(group_vectors(vectors).groups[order], shuffled).adjusted_rand > 0.95


def test_starting_from_the_present_groups_moves_fewer_questions_than_starting_afresh():
    vectors, _ = make_clouds([12] * 40, spread=1.5)
    graph = build_graph(find_neighbours(vectors, 8))
    present = partition_graph(graph, resolution=6.0, seed=1)
    warm = agreement(present, partition_graph(graph, resolution=6.0, seed=2, starting=present)).adjusted_rand
    cold = agreement(present, partition_graph(graph, resolution=6.0, seed=2)).adjusted_rand
    assert warm >= cold
    assert warm > 0.95


def test_a_warm_start_takes_questions_that_have_no_group_yet():
    vectors, labels = make_clouds([45, 45, 45])
    starting = np.where(np.arange(135) % 5 == 0, ALONE, labels)
    afresh = group_vectors(vectors).groups
    warm = group_vectors(vectors, starting=starting).groups
    assert agreement(labels, afresh).adjusted_rand == 1.0
    assert agreement(labels, warm).adjusted_rand > 0.98


def test_a_finer_resolution_finds_at_least_as_many_groups():
    vectors, _ = make_clouds([25] * 8, spread=1.6)
    graph = build_graph(find_neighbours(vectors, 8))
    counts = [partition_graph(graph, resolution=r, seed=1).max() for r in (1.0, 4.0, 16.0)]
    assert counts == sorted(counts)


def test_healing_joins_two_halves_of_one_cloud_and_leaves_different_clouds_apart():
    vectors, labels = make_clouds([40, 20])
    halves = np.where(labels == 0, np.arange(60) % 2, 2)
    healed = heal_splits(vectors, halves, ratio=SHIPPED.heal_ratio, smallest_share=0.0)
    assert agreement(labels, healed).adjusted_rand == 1.0


def test_healing_leaves_pairs_too_small_to_have_been_cut_for_their_size():
    vectors, labels = make_clouds([40, 20])
    halves = np.where(labels == 0, np.arange(60) % 2, 2)
    assert len(set(heal_splits(vectors, halves, ratio=0.5, smallest_share=0.9).tolist())) == 3


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 1000), st.floats(-1.0, 1.5))
def test_healing_only_ever_joins_whole_groups(seed, ratio):
    vectors, labels = make_clouds([6, 5, 4, 3, 2, 1], seed=seed, spread=1.2)
    healed = heal_splits(vectors, labels, ratio=ratio, smallest_share=0.0)
    assert all(len(set(healed[labels == label].tolist())) == 1 for label in set(labels.tolist()))


def neighbours_at(similarities):
    column = similarities.astype(np.float32)[:, None]
    return Neighbours(np.zeros((len(column), 1), dtype=np.int64), column)


def test_strangers_are_parked_and_a_corpus_without_strangers_parks_hardly_anybody():
    usual = np.random.default_rng(2).normal(0.8, 0.05, 2000)
    assert choose_parked(neighbours_at(usual), 3.0).mean() < 0.005
    parked = choose_parked(neighbours_at(np.concatenate([usual, np.full(50, 0.4)])), 3.0)
    assert parked[-50:].all()
    assert parked[:-50].mean() < 0.005
    assert not len(choose_parked(neighbours_at(np.empty(0)), 3.0))


def test_little_company_does_not_park_a_question_that_has_a_near_one():
    company = np.random.default_rng(2).normal(0.8, 0.02, (500, 3))
    company[0] = [0.85, 0.2, 0.2]
    company[1] = [0.2, 0.2, 0.2]
    neighbours = Neighbours(np.zeros((500, 3), dtype=np.int64), company.astype(np.float32))
    assert choose_parked(neighbours, 3.0)[:2].tolist() == [False, True]


def test_company_is_measured_over_those_there_are():
    vectors, _ = make_clouds([4])
    neighbours = find_neighbours(vectors, 10)
    np.testing.assert_allclose(measure_company(neighbours), neighbours.similarities.mean(axis=1))
