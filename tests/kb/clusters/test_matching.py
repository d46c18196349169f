"""A refresh keeps the ids people know: matching gives each cluster at most one heir and forgets nobody."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from kb.clusters.matching import Dissolved, Founded, Kept, Merged, Split, match_groups

A, B, C = UUID(int=1001), UUID(int=1002), UUID(int=1003)


def questions(names, start=0):
    """Maps question ids, counted up from `start`, to the names given."""
    return {UUID(int=start + i + 1): name for i, name in enumerate(names)}


def test_groups_with_the_same_questions_keep_their_ids():
    matching = match_groups(questions([A, A, B, B]), questions([5, 5, 2, 2]))
    assert matching.cluster_of == {5: A, 2: B}
    assert matching.events == (Kept(A, 5, moved_in=0), Kept(B, 2, moved_in=0))


def test_the_larger_part_of_a_split_cluster_keeps_the_id():
    matching = match_groups(questions([A] * 5), questions([0, 0, 1, 1, 1]))
    assert matching.cluster_of == {0: None, 1: A}
    assert matching.events == (Split(A, 0, questions=2), Kept(A, 1, moved_in=0))


def test_a_merged_cluster_ends_in_the_one_that_brought_more_questions():
    matching = match_groups(questions([A, A, B, B, B]), questions([0] * 5))
    assert matching.cluster_of == {0: B}
    assert matching.events == (Kept(B, 0, moved_in=2), Merged(A, into=B, questions=2))


def test_new_questions_found_a_group_and_a_cluster_left_empty_dissolves():
    matching = match_groups(questions([A, A]), questions([7, 7], start=50))
    assert matching.events == (Founded(7), Dissolved(A))


def test_equal_overlaps_go_to_the_older_cluster():
    assert match_groups(questions([B, A]), questions([0, 0])).cluster_of == {0: A}


def test_an_heir_is_not_lost_when_the_first_choice_is_taken():
    before = questions([A] * 6 + [B] * 3)
    after = questions([0] * 6 + [0, 0, 1])
    assert match_groups(before, after).cluster_of == {0: A, 1: B}


states = st.lists(st.tuples(st.sampled_from([A, B, C, None]), st.integers(-1, 4)), max_size=40)


def split_states(rows):
    before = {UUID(int=i + 1): cluster for i, (cluster, _) in enumerate(rows) if cluster}
    after = {UUID(int=i + 1): group for i, (_, group) in enumerate(rows) if group >= 0}
    return before, after


@given(states)
def test_every_group_and_every_cluster_is_told_once_and_no_id_is_given_twice(rows):
    before, after = split_states(rows)
    matching = match_groups(before, after)
    given_ids = [c for c in matching.cluster_of.values() if c]
    assert len(given_ids) == len(set(given_ids))
    assert set(matching.cluster_of) == set(after.values())
    told_groups = [e.group for e in matching.events if isinstance(e, Kept | Split | Founded)]
    assert sorted(told_groups) == sorted(set(after.values()))
    told_clusters = [e.cluster_id for e in matching.events if isinstance(e, Kept | Merged | Dissolved)]
    assert sorted(told_clusters) == sorted(set(before.values()))
    assert all(e.into in given_ids for e in matching.events if isinstance(e, Merged))


@given(states, st.permutations(range(5)), st.randoms())
def test_neither_the_numbering_of_groups_nor_the_order_of_questions_decides(rows, names, random):
    before, after = split_states(rows)
    items = list(after.items())
    random.shuffle(items)
    renamed = match_groups(before, {question: names[group] for question, group in items})
    expected = match_groups(before, after).cluster_of
    assert renamed.cluster_of == {names[group]: cluster for group, cluster in expected.items()}
