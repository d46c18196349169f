"""The order of answers, for any record they may have."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from kb.answers.ranking import RankedAnswer, lower_bound, rank_answers
from kb.core.ids import new_id

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
counts = st.integers(0, 500)


def answer(successes: int = 0, failures: int = 0, *, accepted: bool = False, **rest: int) -> RankedAnswer:
    return RankedAnswer(
        id=new_id(), kind="post", title="", excerpt="", cluster_id=None, revision=1, accepted=accepted, created_at=LONG_AGO,
        author="", path="/", successes=successes, failures=failures, **rest,
    )  # fmt: skip


records = st.builds(answer, counts, counts, accepted=st.booleans(), earlier_successes=counts, earlier_failures=counts)


def test_one_of_one_never_outranks_36_of_41() -> None:
    lucky, proven = answer(1, 0), answer(36, 5)

    assert rank_answers([lucky, proven]) == [proven, lucky]
    assert round(lucky.score, 2) == 0.21
    assert round(proven.score, 2) == 0.74


@given(counts, counts)
def test_the_bound_is_a_share_below_the_observed_one(successes: int, failures: int) -> None:
    trials = successes + failures
    bound = lower_bound(successes, trials)

    assert 0 <= bound < 1
    assert bound <= (successes / trials if trials else 0) + 1e-9


@given(counts, counts)
def test_one_more_success_never_lowers_the_bound(successes: int, failures: int) -> None:
    assert lower_bound(successes + 1, successes + failures + 1) > lower_bound(successes, successes + failures)


@given(st.integers(1, 500), counts)
def test_one_more_failure_always_lowers_the_bound(successes: int, failures: int) -> None:
    assert lower_bound(successes, successes + failures + 1) < lower_bound(successes, successes + failures)


@given(st.integers(1, 100), st.integers(0, 100), st.integers(2, 5))
def test_the_same_share_over_more_people_ranks_higher(successes: int, failures: int, times: int) -> None:
    few, many = answer(successes, failures), answer(successes * times, failures * times)

    assert rank_answers([few, many])[0] is many


@given(st.lists(records, max_size=12), st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_the_order_given(answers: list[RankedAnswer], chance: object) -> None:
    shuffled = list(answers)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    assert rank_answers(shuffled) == rank_answers(answers)


@given(st.lists(records, min_size=1, max_size=12), st.data())
def test_a_success_never_moves_an_answer_down_and_a_failure_never_up(
    answers: list[RankedAnswer], data: st.DataObject
) -> None:
    number = data.draw(st.integers(0, len(answers) - 1))
    chosen = answers[number]
    before = [a.id for a in rank_answers(answers)].index(chosen.id)

    better = replace(chosen, successes=chosen.successes + 1)
    worse = replace(chosen, failures=chosen.failures + 1)

    assert [a.id for a in rank_answers([*answers[:number], better, *answers[number + 1 :]])].index(chosen.id) <= before
    assert [a.id for a in rank_answers([*answers[:number], worse, *answers[number + 1 :]])].index(chosen.id) >= before


def test_unused_answers_stand_above_those_that_only_failed_and_accepted_ones_first() -> None:
    failed, unused, accepted = answer(0, 2, accepted=True), answer(), answer(accepted=True)

    assert rank_answers([failed, unused, accepted]) == [accepted, unused, failed]


def test_an_edit_is_a_prior_and_not_a_reset() -> None:
    before, edited, fresh = answer(36, 5), answer(0, 0, earlier_successes=36, earlier_failures=5), answer(1, 0)

    assert rank_answers([fresh, edited, before]) == [before, edited, fresh]


def test_an_answer_says_why_it_stands_where_it_stands() -> None:
    assert answer(36, 5).why == "used by 41 people, 36 stayed solved"
    assert answer(1, 0).why == "used by 1 person, 1 stayed solved"
    assert answer(30, 4, earlier_successes=6, earlier_failures=1).why == "used by 41 people, 36 stayed solved"
    assert answer(accepted=True).why == "accepted answer"
    assert answer().why == "new: not yet used"
