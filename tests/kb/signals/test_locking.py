"""Workers that write about the same sufferers at the same time wait for each other, and never for each other in a ring."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from kb.core.actor import SYSTEM
from kb.core.clock import now
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.ids import new_id
from kb.core.unit_of_work import unit_of_work
from kb.signals.claiming import claim_earlier_pain
from kb.signals.detecting import detect_waiting
from kb.signals.episodes import Sufferer, lock_sufferer, move_episodes, touch_episode
from kb.signals.linking import follow_clusters, link_friction_point, note_question
from tests.support.factories import make_person
from tests.support.product_factories import make_cluster
from tests.support.signals_factories import make_product, send_events

pytestmark = pytest.mark.usefixtures("db")


async def hurt(user: str, *, page: str = "/pay", element: str = "button#pay") -> UUID:
    """A rage click by a known user; returns the person."""
    await send_events({"name": "$identify", "distinct_id": user, "user_id": user})
    await send_events({"name": "$rageclick", "distinct_id": user, "page": page, "element": element, "at": now()})
    await detect_waiting()
    person: UUID = await fetch_value("select person_id from identity where distinct_id = $1", user)
    return person


async def ask(person: UUID, cluster: UUID, *, page: str = "https://a.example/pay") -> UUID:
    """Their question in the cluster."""
    question_id = new_id()
    await execute(
        "insert into question (id, source_kind, source_id, parent_id, person_id, title, text, text_hash, visibility,"
        " page_url, asked_at, cluster_id, created_at)"
        " values ($1, 'ticket', $1, $1, $2, 'It does not work', 'x', '', 'public', $3, $4, $5, $4)",
        *(question_id, person, page, now() + timedelta(minutes=1), cluster),
    )
    return question_id


async def somebody_waits() -> None:
    """Until a connection to this database waits for a lock that another holds."""
    async with asyncio.timeout(20):
        while not await fetch_value(
            "select count(*) from pg_locks l join pg_stat_activity a on a.pid = l.pid"
            " where not l.granted and a.datname = current_database()"
        ):
            await asyncio.sleep(0.005)


async def cross(person: UUID, other: Callable[[], Awaitable[object]], cluster: UUID) -> None:
    """One worker has begun to judge this sufferer, the other comes up against it; then the first goes on and writes.

    Raises what Postgres says of a ring of waiting.
    """
    begun, came_up = asyncio.Event(), asyncio.Event()

    async def judge() -> None:
        async with unit_of_work(SYSTEM):
            await lock_sufferer(Sufferer(person))
            begun.set()
            await came_up.wait()
            point = await fetch_value("select id from friction_point order by id limit 1")
            await touch_episode(Sufferer(person), cluster_id=cluster, friction_point_id=point, moment=now())

    async def come_up() -> None:
        await begun.wait()
        await other()

    async def watch() -> None:
        await begun.wait()
        await somebody_waits()
        came_up.set()

    async with asyncio.TaskGroup() as group:
        for part in (judge, come_up, watch):
            group.create_task(part())


async def test_linking_a_place_and_judging_its_sufferers_wait_for_each_other_in_one_order() -> None:
    people = [await hurt(user) for user in ("u1", "u2", "u3")]
    cluster = await make_cluster("Card is refused")
    for person in people:
        await ask(person, cluster)
    point = await fetch_value("select id from friction_point")

    await cross(people[0], lambda: link_friction_point(point), cluster)

    rows = await fetch_all("select person_id, cluster_id from episode")
    assert {(row["person_id"], row["cluster_id"]) for row in rows} == {(person, cluster) for person in people}
    assert len(rows) == 3


async def test_following_a_merged_cluster_and_judging_its_sufferers_wait_in_one_order() -> None:
    people = [await hurt(user) for user in ("u1", "u2")]
    former, cluster = await make_cluster(), await make_cluster()
    async with unit_of_work(SYSTEM):
        await execute("update episode set cluster_id = $1, state = 'clustered'", former)
        await execute("update cluster set merged_into = $2 where id = $1", former, cluster)

    await cross(people[1], follow_clusters, cluster)

    assert await fetch_all("select 1 from episode where cluster_id <> $1", cluster) == []


async def test_a_visitor_who_turns_out_to_be_somebody_is_judged_by_one_worker_at_a_time() -> None:
    person = await hurt("u1")
    app = await make_product()
    await send_events(
        {"name": "$rageclick", "distinct_id": "anon", "page": "/pay", "element": "button#pay", "at": now()}
    )
    await detect_waiting()
    await execute(
        "insert into identity (app_id, distinct_id, person_id, verified, created_at) values ($1, 'anon', $2, false, $3)",
        app.id,
        person,
        now(),
    )
    cluster = await make_cluster()

    await cross(person, lambda: claim_earlier_pain(app.id, ["anon"]), cluster)

    assert await fetch_value("select count(distinct person_id) from episode") == 1
    assert await fetch_value("select count(*) from episode where person_id is null") == 0


async def test_moving_a_clusters_episodes_and_judging_one_of_its_sufferers_wait_in_one_order() -> None:
    people = [await hurt(user) for user in ("u1", "u2")]
    cluster = await make_cluster()
    await execute("update episode set cluster_id = $1, state = 'clustered'", cluster)

    async def move() -> None:
        async with unit_of_work(SYSTEM):
            await move_episodes(cluster, to="filed", reason="filed")

    await cross(people[0], move, cluster)

    assert {row["state"] for row in await fetch_all("select state from episode")} == {"filed"}


async def test_whatever_workers_do_about_the_same_sufferers_at_once_none_is_thrown_out() -> None:
    """Everything that writes episodes, six workers at a time, again and again, over the same people and places."""
    pages = ("/pay", "/reports", "/teams")
    people = [await hurt(f"u{number}", page=page) for number in range(6) for page in pages][::3]
    clusters = [await make_cluster(f"Card is refused {number}") for number in range(3)]
    questions = [await ask(person, clusters[number % 3]) for number, person in enumerate(people)]
    points = [row["id"] for row in await fetch_all("select id from friction_point order by id")]
    app, reporter = await make_product(), await make_person()
    assert reporter.person_id is not None

    async def move(cluster: UUID) -> None:
        async with unit_of_work(SYSTEM):
            await move_episodes(cluster, to="filed", reason="filed")

    for round_ in range(4):
        await execute("update episode set cluster_id = null, state = 'seen' where friction_point_id is not null")
        await execute("update cluster set merged_into = null")
        await execute("update cluster set merged_into = $2 where id = $1", clusters[round_ % 2], clusters[2])
        await send_events(
            *[
                {"name": "$rageclick", "distinct_id": f"u{n}", "page": page, "element": "button#pay", "at": now()}
                for n in range(6)
                for page in pages
            ]
        )
        busy: list[Coroutine[Any, Any, object]] = [
            *(link_friction_point(point) for point in points),
            *(note_question(question) for question in reversed(questions)),
            *(move(cluster) for cluster in clusters),
            follow_clusters(),
            detect_waiting(),
            detect_waiting(),
            claim_earlier_pain(app.id, [f"u{n}" for n in range(6)]),
        ]
        async with asyncio.TaskGroup() as group:
            for work in busy:
                group.create_task(work)

    assert await fetch_value("select count(*) from episode") > 0
