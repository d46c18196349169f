"""From stored events to signals, friction points and episodes: once each, in any order, by any number of workers."""

import asyncio
import random
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from kb.core.clock import clock_held_at, now
from kb.core.database import execute, fetch_all, fetch_one, fetch_value
from kb.signals.detecting import detect_signals, detect_waiting
from tests.support.signals_factories import send_events

pytestmark = pytest.mark.usefixtures("db")
START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def click(ms: float, *, who: str = "anon", **more: Any) -> dict[str, Any]:
    event = {"id": f"{who}-{ms}", "name": "click", "distinct_id": who, "element": "button#pay", "text": "Pay"}
    return (
        event
        | {"page": "/pay/7", "session": "s", "at": now() - timedelta(minutes=1) + timedelta(milliseconds=ms)}
        | more
    )


async def signals() -> list[Any]:
    return await fetch_all("select * from signal order by occurred_at, id")


async def test_rage_makes_a_signal_a_friction_point_and_an_episode_together() -> None:
    await send_events(*[click(i * 100, release="4.2.0") for i in range(3)])
    found = await detect_waiting()
    signal = (await signals())[0]
    point = await fetch_one("select * from friction_point")
    episode = await fetch_one("select * from episode")
    assert point is not None
    assert episode is not None
    assert found == [signal["id"]]
    assert (point["kind"], point["route"], point["element"], point["signal_count"]) == (
        "rage_click",
        "/pay/:id",
        "button#pay",
        1,
    )
    assert point["label"] == "Rage clicks on “Pay” at /pay/:id"
    assert (episode["state"], episode["distinct_id"], episode["reported_at"]) == ("seen", "anon", None)
    assert (signal["friction_point_id"], signal["episode_id"]) == (point["id"], episode["id"])
    assert (len(signal["evidence"]), signal["release"], signal["session_id"]) == (3, "4.2.0", "s")
    assert await fetch_value("select count(*) from outbox_message where name = 'SignalFound'") == 1


async def test_looking_again_finds_nothing_new() -> None:
    await send_events(*[click(i * 100) for i in range(3)])
    ids = [row["id"] for row in await fetch_all("select id from event")]
    assert len(await detect_signals(ids)) == 1
    assert await detect_signals(ids) == []
    await execute("update event set examined_at = null")
    assert await detect_signals(ids) == []
    assert await fetch_value("select signal_count from friction_point") == 1


async def test_a_burst_that_arrives_in_pieces_is_one_signal_with_all_its_evidence() -> None:
    for i in range(8):
        await send_events(click(i * 200))
        await detect_waiting()
    found = await signals()
    assert [len(row["evidence"]) for row in found] == [8]
    assert await fetch_value("select signal_count from friction_point") == 1


async def test_ten_failed_logins_over_an_hour_of_looking_are_one_signal() -> None:
    for i in range(10):
        at = now() - timedelta(hours=1) + timedelta(minutes=4 * i)
        await send_events({"name": "login_failed", "distinct_id": "u1", "at": at, "page": "/login"})
        await detect_waiting()
    found = await signals()
    assert [row["detector"] for row in found] == ["failed_logins"]
    assert len(found[0]["evidence"]) == 10


@pytest.mark.parametrize("seed", range(5))
async def test_the_order_of_arrival_changes_nothing(seed: int) -> None:
    moment = now()
    events = [click(i * 300, at=moment - timedelta(minutes=5) + timedelta(milliseconds=i * 300)) for i in range(6)]
    events += [
        {"id": f"f{i}", "name": "login_failed", "distinct_id": "anon", "at": moment - timedelta(minutes=30 - i)}
        for i in range(4)
    ]
    random.Random(seed).shuffle(events)
    for event in events:
        await send_events(event, event)
        await detect_waiting()
    found = {row["detector"]: len(row["evidence"]) for row in await signals()}
    assert found == {"rage_click": 6, "failed_logins": 4}
    assert len(await signals()) == 2


async def test_two_workers_at_once_write_one_signal() -> None:
    await send_events(*[click(i * 100) for i in range(3)])
    found = await asyncio.gather(*[detect_waiting() for _ in range(4)])
    assert sum(len(ids) for ids in found) == 1
    assert len(await signals()) == 1
    assert await fetch_value("select signal_count from friction_point") == 1


async def test_sufferers_are_looked_at_apart_and_share_the_friction_point() -> None:
    mixed = [click(i * 100, who=f"v{i % 2}") for i in range(4)]
    await send_events(*mixed)
    assert await detect_waiting() == []
    await send_events(*[click(500 + i * 100, who=f"v{i % 2}", id=f"more{i}") for i in range(4)])
    assert len(await detect_waiting()) == 2
    assert await fetch_value("select signal_count from friction_point") == 2
    assert await fetch_value("select count(*) from episode") == 2


async def test_clicks_of_one_person_on_two_devices_count_together(deliver_all: Any) -> None:
    await send_events({"name": "$identify", "distinct_id": "phone", "user_id": "u1"})
    await send_events({"name": "$identify", "distinct_id": "laptop", "user_id": "u1"})
    await send_events(
        *[{"name": "login_failed", "distinct_id": who, "id": f"{i}"} for i, who in enumerate(["phone", "laptop", "u1"])]
    )
    await deliver_all()
    assert [row["detector"] for row in await signals()] == ["failed_logins"]


async def test_bursts_on_steppers_and_other_clicks_are_no_signal() -> None:
    await send_events(*[click(i * 100, text="Next") for i in range(6)])
    await send_events(*[click(i * 100, id=f"x{i}", name="$pageview") for i in range(6)])
    assert await detect_waiting() == []
    assert await fetch_value("select count(*) from event where examined_at is null") == 0


async def test_pain_again_within_a_week_is_the_same_episode_and_later_is_a_new_one() -> None:
    for days in (20, 16, 11, 2):
        with clock_held_at(START - timedelta(days=days)):
            await send_events(*[click(i * 100, id=f"{days}-{i}") for i in range(3)])
            await detect_waiting()
    episodes = await fetch_all("select * from episode order by started_at")
    assert [(row["last_pain_at"] - row["started_at"]).days for row in episodes] == [9, 0]
    per_episode = await fetch_all("select count(*) as n from signal group by episode_id order by n")
    assert [row["n"] for row in per_episode] == [1, 3]


async def test_the_sweep_finds_what_the_queue_forgot() -> None:
    await send_events(*[click(i * 100) for i in range(3)])
    await execute("delete from outbox_message")
    assert await detect_waiting(older_than=timedelta(seconds=30)) == []
    with clock_held_at(now() + timedelta(minutes=1)):
        assert len(await detect_waiting(older_than=timedelta(seconds=30))) == 1


async def test_evidence_names_only_stored_events_and_the_first_comes_first() -> None:
    await send_events(*[click(i * 100) for i in range(5)])
    await detect_waiting()
    signal = (await signals())[0]
    stored = {row["id"] for row in await fetch_all("select id from event")}
    evidence: list[UUID] = signal["evidence"]
    assert set(evidence) == stored
    assert signal["first_event_id"] == evidence[0]


async def test_a_handler_killed_half_way_leaves_nothing_half_written(monkeypatch: pytest.MonkeyPatch) -> None:
    async def killed(*_: Any, **__: Any) -> None:
        raise RuntimeError("killed")

    await send_events(*[click(i * 100) for i in range(3)])
    with monkeypatch.context() as patch:
        patch.setattr("kb.signals.detecting.touch_episode", killed)
        with pytest.raises(RuntimeError):
            await detect_waiting()
    for table in ("signal", "friction_point", "episode"):
        assert await fetch_value(f"select count(*) from {table}") == 0
    assert len(await detect_waiting()) == 1
