"""One person's brush with one problem is one episode, whatever the order and however many touch it; states only move on."""

import asyncio
import random
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from kb.core.actor import SYSTEM
from kb.core.clock import now
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.ids import new_id
from kb.core.unit_of_work import unit_of_work
from kb.signals.episodes import Sufferer, move_episodes, touch_episode
from tests.support.factories import make_person

pytestmark = pytest.mark.usefixtures("db")


async def make_cluster() -> UUID:
    cluster_id = new_id()
    await execute("insert into cluster (id, created_at) values ($1, $2)", cluster_id, now())
    return cluster_id


async def touch(
    person: UUID | None, cluster: UUID, days_ago: float, *, reported: bool = False, visitor: str | None = None
) -> UUID:
    async with unit_of_work(SYSTEM):
        return await touch_episode(
            Sufferer(person, visitor), cluster_id=cluster, moment=now() - timedelta(days=days_ago), reported=reported
        )


async def move(cluster: UUID, to: str, **more: Any) -> int:
    async with unit_of_work(SYSTEM):
        return await move_episodes(cluster, to=to, reason="because", **more)


async def person_id() -> UUID:
    actor = await make_person()
    assert actor.person_id is not None
    return actor.person_id


@pytest.mark.parametrize("seed", range(8))
async def test_the_order_of_touching_does_not_matter(seed: int) -> None:
    person, cluster = await person_id(), await make_cluster()
    days = [0.0, 3.0, 6.5, 9.0, 20.0, 21.0]
    random.Random(seed).shuffle(days)
    for day in days:
        await touch(person, cluster, day, reported=day in (3.0, 6.5))
    rows = await fetch_all("select * from episode order by started_at")
    spans = [round((row["last_pain_at"] - row["started_at"]) / timedelta(days=1), 1) for row in rows]
    reported = [row["reported_at"] is not None for row in rows]
    assert (spans, reported) == ([1.0, 9.0], [False, True])


async def test_many_at_once_open_one_episode() -> None:
    person, cluster = await person_id(), await make_cluster()
    ids = await asyncio.gather(*[touch(person, cluster, 0) for _ in range(6)])
    assert len(set(ids)) == 1


async def test_two_visitors_and_two_problems_are_four_episodes() -> None:
    clusters = [await make_cluster(), await make_cluster()]
    ids = {await touch(None, cluster, 0, visitor=name) for cluster in clusters for name in ("a", "b")}
    assert len(ids) == 4


async def test_states_move_forward_and_never_back() -> None:
    person, cluster = await person_id(), await make_cluster()
    await touch(person, cluster, 1)
    assert await move(cluster, "filed") == 1
    assert await move(cluster, "clustered") == 0
    assert await move(cluster, "shipped") == 1
    assert await move(cluster, "told", person_ids=[new_id()]) == 0
    assert await move(cluster, "told", person_ids=[person]) == 1
    assert await move(cluster, "dropped") == 0
    assert await fetch_value("select state from episode") == "told"


async def test_pain_after_being_told_is_a_new_episode() -> None:
    person, cluster = await person_id(), await make_cluster()
    first = await touch(person, cluster, 1)
    await move(cluster, "told")
    assert await touch(person, cluster, 0) != first


async def test_what_began_after_the_fix_is_not_moved_with_it() -> None:
    cluster = await make_cluster()
    await touch(await person_id(), cluster, 5)
    await touch(await person_id(), cluster, 0)
    assert await move(cluster, "shipped", moment=now() - timedelta(days=1)) == 1


def test_nobody_has_no_episode() -> None:
    with pytest.raises(ValueError, match="person or a distinct id"):
        Sufferer(None)
