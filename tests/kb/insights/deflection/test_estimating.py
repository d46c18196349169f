"""The interval keeps its promise: tried on months whose truth is known."""

import numpy as np
import pytest

from kb.insights.deflection.estimating import FEWEST_HELD, Interval, Sums, avoided, compare
from tests.kb.insights.deflection.months import World, live

RUNS = 1_000


def try_out(world: World, seed: int) -> tuple[float, np.ndarray]:
    """The share of a thousand months whose interval covers the truth, and what was estimated in each."""
    random = np.random.default_rng(seed)
    found = [compare(*live(world, random).arms) for _ in range(RUNS)]
    assert all(found)
    covered = [one.low <= world.truth <= one.high for one in found if one]
    return sum(covered) / RUNS, np.array([one.value for one in found if one])


@pytest.mark.parametrize(
    "world",
    [
        World(),
        World(people=1_000),
        World(people=20_000, busy=3.0),
        World(inclined=0.08),
        World(spared=0.6, busy=2.0, people=2_000),
        World(held=0.2, people=800),
    ],
    ids=["usual", "small", "large and busy", "few tickets", "much spared", "many held"],
)
def test_of_a_thousand_months_93_to_97_of_100_intervals_cover_the_truth(world: World) -> None:
    covered, values = try_out(world, seed=11)

    assert 0.93 <= covered <= 0.97
    assert abs(values.mean() - world.truth) < 4 * values.std() / np.sqrt(RUNS)


@pytest.mark.parametrize("world", [World(spared=0.0), World(spared=0.0, people=8_000, busy=2.0)])
def test_where_both_arms_are_alike_it_says_zero(world: World) -> None:
    covered, values = try_out(world, seed=5)

    assert 0.93 <= covered <= 0.97
    assert abs(values.mean()) < 4 * values.std() / np.sqrt(RUNS)


def test_taking_every_session_for_independent_would_promise_too_much() -> None:
    world, random = World(people=3_000, busy=6.0), np.random.default_rng(3)
    months = [live(world, random).arms for _ in range(300)]

    naive = [compare(_as_if_alone(held), _as_if_alone(shown)) for held, shown in months]

    assert sum(one.low <= world.truth <= one.high for one in naive if one) / 300 < 0.9


def test_too_few_people_are_no_answer_and_all_or_none_are_no_certainty() -> None:
    few = Sums(FEWEST_HELD - 1, 30, 9, 60, 20, 15)
    many = Sums(400, 400, 0, 400, 0, 0)

    assert compare(few, many) is None
    assert avoided(many, few) is None
    nothing = compare(many, many)
    assert nothing is not None
    assert nothing.value == 0
    assert nothing.low < 0 < nothing.high


def test_what_was_avoided_is_the_difference_for_all_who_were_shown_something() -> None:
    held, shown = Sums(100, 100, 40, 100, 40, 40), Sums(1_900, 1_900, 570, 1_900, 570, 570)

    spared = avoided(held, shown)

    assert spared == Interval(pytest.approx(190), pytest.approx(spared.low), pytest.approx(spared.high))
    assert 0 < spared.low < 190 < spared.high
    assert spared.is_sure


def _as_if_alone(arm: Sums) -> Sums:
    return Sums(arm.n, arm.n, arm.y, arm.n, arm.y, arm.y)
