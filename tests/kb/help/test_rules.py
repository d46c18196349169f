"""What is weighed, when the room stays silent, and in what words help is offered."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from kb.answers.ranking import RankedAnswer
from kb.core.ids import new_id
from kb.help.rules import FLOOR, Hint, is_worth_showing, rank, say_why, weigh_hints

CLUSTER, OTHER = UUID(int=1), UUID(int=2)


def hint(how: str = "place", *, cluster: UUID = CLUSTER, weight: float = 0.5, **more: Any) -> Hint:
    told: dict[str, Any] = {
        "kind": "rage_click", "is_here": True, "element": "button#send", "target": None, "felt_at": None, "people": 0,
    }  # fmt: skip
    return Hint(cluster, how, weight, **{**told, **more})


def answer(**more: Any) -> RankedAnswer:
    told: dict[str, Any] = {
        "kind": "post", "title": "Save as draft", "excerpt": "", "cluster_id": CLUSTER, "revision": 1, "accepted": True,
        "created_at": datetime(2026, 11, 1, tzinfo=UTC), "author": "Tove", "path": "/posts/1",
    }  # fmt: skip
    return RankedAnswer(id=new_id(), **{**told, **more})


@pytest.mark.parametrize(
    ("hints", "is_shown"),
    [
        ([], False),
        ([hint(weight=0.5)], True),
        ([hint(weight=0.3)], False),
        ([hint("asked", people=2)], False),
        ([hint("asked", people=3)], True),
        ([hint(weight=0.3), hint("asked", people=2)], True),
        ([hint("episode", is_here=False)], True),
        ([hint("stuck", weight=0.3)], True),
    ],
    ids=["nothing", "sure place", "weak place", "two asked", "three asked", "two weak hints", "episode", "own pain"],
)
def test_help_is_offered_from_the_floor_on_and_not_below(hints: list[Hint], is_shown: bool) -> None:
    leads = weigh_hints(hints)

    assert bool(leads) is is_shown
    assert all(lead.score >= FLOOR for lead in leads)


def test_what_hurt_this_person_here_comes_before_what_hurts_others() -> None:
    leads = weigh_hints([hint(weight=0.9), hint("stuck", cluster=OTHER, weight=0.8, target="Send  invoice")])

    assert [lead.cluster_id for lead in leads] == [OTHER, CLUSTER]
    assert (leads[0].because, leads[0].is_stuck, leads[0].target) == (
        "“Send invoice” did not respond just now", True, "Send invoice",
    )  # fmt: skip


def test_the_control_that_was_used_counts_more_than_the_rest_of_its_page() -> None:
    leads = weigh_hints([hint(element="a#b"), hint(cluster=OTHER, element="button#send")], element="button#send")

    assert [lead.cluster_id for lead in leads] == [OTHER, CLUSTER]


def test_how_many_others_were_hurt_is_never_said() -> None:
    [lead] = weigh_hints([hint(weight=1.0, people=51), hint("asked", people=40)])

    assert not any(letter.isdigit() for letter in lead.because)


@pytest.mark.parametrize(
    ("known", "is_shown"),
    [
        ({"accepted": True}, True),
        ({"accepted": False}, False),
        ({"accepted": False, "kind": "article"}, True),
        ({"accepted": False, "successes": 1}, True),
        ({"accepted": True, "successes": 1, "failures": 2}, False),
        ({"accepted": True, "successes": 2, "failures": 2}, True),
    ],
)
def test_an_answer_nobody_vouched_for_or_that_fails_more_than_it_helps_is_not_offered(
    known: dict[str, Any], is_shown: bool
) -> None:
    assert is_worth_showing(answer(**known)) is is_shown


def test_durable_success_decides_between_answers_that_fit_alike_but_not_against_a_better_fit() -> None:
    proven, untried = answer(successes=40, failures=2), answer()

    assert rank(proven, 0.6) > rank(untried, 0.6)
    assert rank(untried, 0.9) > rank(proven, 0.3)


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ({"successes": 9, "failures": 2}, "worked for 9 of 11 people with this problem"),
        ({"successes": 1}, "worked for 1 of 1 person with this problem"),
        ({}, "accepted answer"),
        ({"kind": "article", "accepted": False}, "from the knowledge base"),
    ],
)
def test_the_reason_says_what_speaks_for_it(known: dict[str, Any], said: str) -> None:
    assert say_why(answer(**known)) == said
