"""The loop's state: each episode in one state, the states summing to all."""

import random
from collections.abc import Awaitable, Callable

from kb.core.actor import SYSTEM
from kb.core.policy import Role
from kb.core.unit_of_work import unit_of_work
from kb.insights.loop import STATES, read_loop
from kb.outreach.triggers import ensure_default_triggers
from kb.product.closing import close_issue
from kb.product.filing import file_issue
from kb.product.weighing import weigh_pain_points
from kb.signals.episodes import move_episodes
from tests.support.factories import make_person
from tests.support.product_factories import hurt, make_cluster


async def test_an_empty_loop_sums_to_nothing(db: str) -> None:
    loop = await read_loop(SYSTEM)

    assert loop.all_episodes == 0
    assert set(loop.episodes) == set(STATES)
    assert loop.closing_rate == 0


async def test_states_sum_to_all_episodes_after_any_walk(db: str, deliver_all: Callable[[], Awaitable[int]]) -> None:
    dice = random.Random(11)
    manager = await make_person(Role.PRODUCT_MANAGER)
    await ensure_default_triggers()
    clusters = [await make_cluster(f"Problem {n}") for n in range(4)]
    people = [await make_person() for _ in range(6)]
    for _ in range(25):
        await hurt(
            dice.choice(clusters), dice.choice(people), days_ago=dice.uniform(0, 60), reported=dice.random() < 0.3
        )
    await weigh_pain_points()
    first = await file_issue(manager, clusters[0], tracker="board", base_url="http://here.example")
    await file_issue(manager, clusters[1], tracker="board", base_url="http://here.example")
    await deliver_all()
    await close_issue(manager, first, reason="completed")
    await deliver_all()
    async with unit_of_work(SYSTEM):
        await move_episodes(clusters[2], to="recovered", reason="silence")

    loop = await read_loop(SYSTEM)

    assert sum(loop.episodes.values()) == loop.all_episodes > 0
    assert loop.episodes["told"] > 0
    assert loop.episodes["filed"] > 0
    assert loop.episodes["recovered"] > 0
    assert 0 < loop.closing_rate <= 1
