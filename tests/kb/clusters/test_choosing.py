"""The online step: join, found or stay alone, with a reason a person can read."""

from uuid import UUID

import numpy as np
import pytest

from kb.clusters.rules import (
    ENOUGH_TO_MEASURE,
    SHIPPED_FLOORS,
    Choice,
    Floors,
    Near,
    choose_cluster,
    measure_floors,
)

BIG, SMALL = UUID(int=101), UUID(int=102)
FLOORS = Floors(novelty=0.4, founding=0.7)


def near(*rows):
    return [Near(UUID(int=i + 1), cluster, similarity) for i, (cluster, similarity) in enumerate(rows)]


def choose(neighbours, sizes=None, count=1000):
    return choose_cluster(neighbours, floors=FLOORS, cluster_sizes=sizes or {}, question_count=count)


def test_the_first_question_of_all_stays_alone():
    assert choose([]).choice is Choice.ALONE


def test_a_question_joins_the_cluster_most_of_its_neighbours_are_in():
    choice = choose(near((SMALL, 0.8), (SMALL, 0.79), (BIG, 0.5)), {SMALL: 5, BIG: 9})
    assert (choice.choice, choice.cluster_id) == (Choice.JOIN, SMALL)
    assert choice.reason == "2 of the 3 nearest questions are here, nearest at 0.80"


def test_a_big_cluster_does_not_win_by_size_alone():
    neighbours = near((SMALL, 0.8), (BIG, 0.8), (BIG, 0.79), (SMALL, 0.79))
    assert choose(neighbours, {SMALL: 10, BIG: 400}).cluster_id == SMALL


def test_a_question_under_the_novelty_floor_stays_alone_however_many_agree():
    choice = choose(near((BIG, 0.39), (BIG, 0.38), (BIG, 0.37)), {BIG: 5})
    assert choice.choice is Choice.ALONE
    assert "under the floor 0.40" in choice.reason


def test_two_lone_questions_found_a_cluster_only_when_they_are_really_near():
    found = choose(near((None, 0.75), (SMALL, 0.41)), {SMALL: 3})
    assert (found.choice, found.companion_id) == (Choice.FOUND, UUID(int=1))
    waiting = choose(near((None, 0.65), (SMALL, 0.41)), {SMALL: 3})
    assert waiting.choice is Choice.ALONE
    assert "similar is not the same" in waiting.reason


def test_a_cluster_that_is_gone_counts_as_no_cluster():
    assert choose(near((SMALL, 0.9)), {}).choice is Choice.FOUND


def test_equal_votes_always_go_the_same_way():
    neighbours = near((BIG, 0.8), (SMALL, 0.8))
    sizes = {BIG: 5, SMALL: 5}
    assert choose(neighbours, sizes) == choose(neighbours[::-1], sizes)


def test_floors_are_the_corpus_own_quantiles_once_it_is_large_enough():
    nearest = np.linspace(0.0, 1.0, 1001, dtype=np.float32)
    floors = measure_floors(nearest)
    assert (floors.novelty, floors.founding) == (pytest.approx(0.005), pytest.approx(0.25))
    assert measure_floors(nearest[: ENOUGH_TO_MEASURE - 1]) == SHIPPED_FLOORS
