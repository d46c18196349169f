"""What is a follow-up, and what is answered, asked back or left alone: pure."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.answers.ranking import RankedAnswer
from kb.assistant.rules import NEARLY_EQUAL, Fit, choose, goes_on, join_question, may_follow_up
from kb.core.clock import now


@pytest.mark.parametrize(
    "text",
    [
        "And on the phone?",
        "the phone app",
        "How do I do that on Android?",
        "Und am Handy?",
        "why?",
        "ماذا عن الهاتف؟",
        "what about CSV",
    ],
)
def test_what_says_little_goes_on_or_points_back_may_be_a_follow_up(text: str) -> None:
    assert may_follow_up(text)


@pytest.mark.parametrize(
    "text",
    [
        "Which pizza goes with mushrooms?",
        "How do I export invoices?",
        "Wie kündige ich meinen Vertrag?",
        "Invoices reach clients twice",
    ],
)
def test_a_question_of_its_own_is_none(text: str) -> None:
    assert not may_follow_up(text)


def test_what_finds_something_by_itself_is_a_question_of_its_own_unless_it_points_back() -> None:
    assert goes_on("and on the phone?", alone=0, together=0.7)
    assert not goes_on("cancel plan", alone=0.6, together=0.8)
    assert goes_on("how do I do that on Android", alone=0.5, together=0.8)
    assert not goes_on("how do I do that on Android", alone=0.8, together=0.7)


@given(
    before=st.text(min_size=1, max_size=200), news=st.lists(st.text(min_size=1, max_size=80), min_size=1, max_size=20)
)
def test_however_long_a_talk_goes_on_its_question_stays_the_first_with_the_newest_words(
    before: str, news: list[str]
) -> None:
    asked = [join_question(before, words) for words in news]

    assert all(len(one) <= len(before) + 1 + len(words) for one, words in zip(asked, news, strict=True))


def fit(
    number: int, similarity: float | None, *, cluster: int | None = None, accepted: bool = True, stayed: int = 0
) -> Fit:
    answer = RankedAnswer(
        UUID(int=number),
        "post",
        f"Answer {number}",
        "",
        None,
        1,
        accepted,
        now(),
        "Bo",
        f"/posts/{number}",
        successes=stayed,
    )
    return Fit(answer, similarity, UUID(int=1000 + cluster) if cluster else None, number)


def test_the_nearest_problem_is_answered_by_what_held_best_for_it() -> None:
    chosen = choose([fit(1, 0.8, cluster=1), fit(2, 0.78, cluster=1, stayed=30), fit(3, 0.6, cluster=2)])

    assert (chosen.kind, [one.answer.id.int for one in chosen.fits]) == ("answer", [2, 1])


def test_two_problems_that_fit_alike_are_asked_back_and_one_problem_never_is() -> None:
    alike = choose([fit(1, 0.7, cluster=1), fit(2, 0.7 - NEARLY_EQUAL / 2, cluster=2)])
    apart = choose([fit(1, 0.7, cluster=1), fit(2, 0.7 - 2 * NEARLY_EQUAL, cluster=2)])
    same = choose([fit(1, 0.7, cluster=1), fit(2, 0.7, cluster=1)])

    assert [one.kind for one in (alike, apart, same)] == ["which", "answer", "answer"]


def test_what_nobody_vouched_for_is_not_said_and_nothing_is_not_known() -> None:
    assert choose([fit(1, 0.9, accepted=False)]).kind == "unknown"
    assert choose([]).kind == "unknown"


@given(st.lists(st.tuples(st.floats(0.3, 1), st.integers(1, 4)), max_size=12))
def test_whatever_fits_what_is_said_is_among_it_and_of_the_nearest_problem(pairs: list[tuple[float, int]]) -> None:
    fits = [fit(number, similarity, cluster=cluster) for number, (similarity, cluster) in enumerate(pairs, 1)]
    chosen = choose(fits)

    assert set(chosen.fits) <= set(fits)
    assert bool(fits) == bool(chosen.fits)
    if chosen.kind == "answer":
        nearest = max(one.nearness for one in fits)
        assert any(one.nearness == nearest and one.problem == chosen.fits[0].problem for one in fits)
