"""Evidence is a lower bound: chance gives none, more of the same never gives less, and everything stays between 0 and 1."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.staleness.disagreeing import find_differences
from kb.staleness.rules import LIKE_ALL, WINDOWS, Centres, Share, combine, contradiction, drift, find_rise, rise
from tests.kb.text.budget import cpu_seconds

ALL = Share(100, 1_000)
COUNTS = st.integers(0, 300)


def shares() -> st.SearchStrategy[Share]:
    return st.tuples(COUNTS, COUNTS).map(lambda pair: Share(min(pair), max(pair)))


def test_a_rise_is_believed_as_far_as_the_numbers_carry_it() -> None:
    assert rise(Share(9, 31), Share(3, 80), ALL) > 0.03
    assert rise(Share(90, 310), Share(30, 800), ALL) > 0.15, "ten times the readers, much less doubt"
    assert rise(Share(4, 31), Share(3, 80), ALL) == 0
    assert rise(Share(5, 5), Share(0, 80), ALL) == 0, "five readers tell nothing"
    assert rise(Share(13, 31), Share(0, 0), ALL) > 0, "without a past it is compared with other articles"
    assert rise(Share(13, 31), Share(0, 0), Share(300, 1_000)) == 0
    assert rise(Share(13, 31), Share(0, 0), Share(0, 3)) == 0, "and where there are none, with nothing"
    assert rise(Share(13, 31), Share(1, 25), Share(0, 3)) > 0


@given(shares(), shares(), shares())
def test_a_rise_is_a_share_and_one_more_who_asks_again_never_lowers_it(
    now: Share, before: Share, of_all: Share
) -> None:
    found = rise(now, before, of_all)
    assert 0 <= found <= 1
    if now.hits < now.cases:
        assert rise(Share(now.hits + 1, now.cases), before, of_all) >= found
    if found and before.cases >= LIKE_ALL:
        assert now.hits / now.cases > before.hits / before.cases


@given(st.lists(shares(), min_size=3, max_size=3), shares())
def test_the_window_that_tells_most_is_shown_with_what_came_before_it(windows: list[Share], rest: Share) -> None:
    misses = max(one.cases - one.hits for one in windows)
    total = Share(max(one.hits for one in windows) + rest.hits, max(one.hits for one in windows) + misses + rest.cases)
    found = find_rise(windows, total, ALL)
    if found:
        assert found.now == windows[WINDOWS.index(found.days)]
        assert (found.now.hits + found.before.hits, found.now.cases + found.before.cases) == (total.hits, total.cases)


def test_questions_that_moved_no_further_than_chance_puts_them_did_not_drift() -> None:
    assert drift(Centres(30, 20, 0.03, 0.4, 0.4)) == 0
    assert drift(Centres(30, 7, 0.9, 0.4, 0.4)) == 0, "seven questions have no centre"
    assert drift(Centres(30, 20, 0.25, 0.4, 0.4)) == pytest.approx(0.465, abs=0.01)
    assert drift(Centres(30, 20, 4, 0.4, 0.4)) == 1


@given(st.lists(st.floats(0, 1), max_size=5), st.floats(0, 1))
def test_more_evidence_never_speaks_for_an_article(strengths: list[float], further: float) -> None:
    assert 0 <= combine(strengths) <= combine([*strengths, further]) <= 1
    assert [contradiction(n) for n in (0, 1, 2, 9)] == sorted(contradiction(n) for n in (0, 1, 2, 9))


@pytest.mark.parametrize(
    ("article", "answer", "differs"),
    [
        ("The link is good for 30 minutes.", "It is good for 60 minutes by now.", [("figure", "minutes", "30", "60")]),
        (
            "Open Settings > Mail.",
            "Go to Account → Security instead.",
            [("place", "", "open settings > mail", "account > security")],
        ),
        ("It works from version 4.1 on.", "Only in version 5.0, it says.", [("figure", "version", "4.1", "5.0")]),
        (
            "Press **Reset**, then **Unblock**.",
            "Press `Send` and `Again`.",
            [("name", "", "reset, unblock", "again, send")],
        ),
        ("Der Link gilt 30 Minuten.", "Er gilt jetzt 10 Minuten.", [("figure", "minuten", "30", "10")]),
    ],
)
def test_what_says_something_else_is_named(article: str, answer: str, differs: list[tuple[str, ...]]) -> None:
    found = find_differences(article, answer)
    assert [(one.kind, one.about, one.article, one.answer) for one in found] == differs


@pytest.mark.parametrize(
    ("article", "answer"),
    [
        (
            "1. Open Settings > Mail.\n2. Press **Reset**, it takes 5 minutes.",
            "Settings > Mail and wait 5 minutes. 3 of us did.",
        ),
        ("Open **Settings > Mail**.", "Thanks, that was it."),
        ("The link is good for 30 minutes.", "I waited for 2 hours."),
        ("Press **Reset**.", "I pressed **Unblock** as well."),
        ("Works from 4.1 on", "works in 4.2, too"),
        ("", "30 minutes"),
    ],
)
def test_what_says_the_same_less_or_something_besides_does_not_disagree(article: str, answer: str) -> None:
    assert find_differences(article, answer) == []


def test_texts_made_of_beginnings_are_compared_in_linear_time() -> None:
    for part in ("Aa ", "A > ", "1 a ", '"a', "**a", "1.1,1", "Aa & "):
        text = part * (20_000 // len(part))
        assert cpu_seconds(lambda text=text: find_differences(text, text)) < 1  # type: ignore[misc]
