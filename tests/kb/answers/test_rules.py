"""The states of an article, read as a table."""

from typing import get_args

import pytest

from kb.answers.rules import TRANSITIONS, Act, State, check_article, choose_slug, may_do, state_after
from kb.core.errors import Conflict, Invalid

STATES, ACTS = get_args(State), get_args(Act)

MAY = {
    "draft": {"revise", "submit", "archive"},
    "review": {"revise", "return", "publish", "archive"},
    "published": {"return", "revise", "publish", "verify", "archive"},
    "archived": {"restore"},
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("act", ACTS)
def test_each_act_is_for_its_states_alone(state: State, act: Act) -> None:
    assert may_do(state, act) is (act in MAY[state])
    if act in MAY[state]:
        assert state_after(state, act) in STATES
    else:
        with pytest.raises(Conflict):
            state_after(state, act)


def test_nothing_is_published_without_review() -> None:
    assert {state for (state, act), after in TRANSITIONS.items() if after == "published" and state != "published"} == {
        "review"
    }
    assert state_after("review", "revise") == "draft"


def test_every_state_can_be_reached_and_left() -> None:
    assert {state for state, _ in TRANSITIONS} == set(STATES)
    assert set(TRANSITIONS.values()) == set(STATES)


def test_every_wrong_field_is_named_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        check_article(title="Short", body="", visibility="nobody", note="x" * 301)

    assert set(refused.value.fields) == {"title", "body", "visibility", "note"}


def test_a_slug_is_never_one_of_the_rooms_own_words() -> None:
    assert choose_slug("Edit") == "edit-article"
    assert choose_slug("Edit an invoice") == "edit-an-invoice"
