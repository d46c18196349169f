"""What has done its work is removed in batches; what waits or failed stays."""

from datetime import timedelta
from uuid import UUID

import pytest

from jobs.schedule import SCHEDULE
from jobs.tools import Tools
from kb.core import pruning
from kb.core.clock import now
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.pruning import forget_done_messages
from kb.core.rate_limits import spend

JOBS = {job.name: job.run for job in SCHEDULE}


def id_of_day(days_ago: float, turn: int) -> UUID:
    """As a message's id would be that was written then."""
    at = now() - timedelta(days=days_ago)
    return UUID(int=(round(at.timestamp() * 1000) << 80) | (0x7 << 76) | (0x8 << 60) | turn)


async def put_message(days_ago: float, turn: int, *, state: str = "done") -> UUID:
    """A message written then, with one delivery."""
    message_id, at = id_of_day(days_ago, turn), now() - timedelta(days=days_ago)
    await execute(
        "insert into outbox_message (id, name, payload, created_at, next_attempt_at, done_at, failed_at)"
        " values ($1, 'TopicAsked', '{}', $2, $2, $3, $4)",
        message_id,
        at,
        at if state == "done" else None,
        at if state == "failed" else None,
    )
    await execute(
        "insert into outbox_delivery (message_id, handler, delivered_at) values ($1, 'x', $2)", message_id, at
    )
    return message_id


async def test_handled_messages_go_after_a_week_and_nothing_else_does(
    db: str, tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruning, "BATCH", 2)
    for turn in range(5):
        await put_message(8, turn)
    kept = {
        await put_message(6, 10),
        await put_message(30, 11, state="waiting"),
        await put_message(30, 12, state="failed"),
    }
    await JOBS["prune_messages"](tools)

    assert {row["id"] for row in await fetch_all("select id from outbox_message")} == kept
    assert await fetch_value("select count(*) from outbox_delivery") == 3
    assert await forget_done_messages() == 0


async def test_a_message_handled_late_stays_a_week_from_then(db: str) -> None:
    message_id = await put_message(20, 1)
    await execute("update outbox_message set done_at = now() - interval '1 day' where id = $1", message_id)
    assert await forget_done_messages() == 0


async def test_old_counts_of_rate_limits_go_by_the_clock(
    db: str, tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruning, "BATCH", 1)
    for door in ("a", "b", "c"):
        await spend(door, 5, timedelta(minutes=1))
    await execute("update rate_count set started_at = started_at - interval '2 days'")
    await spend("d", 5, timedelta(minutes=1))
    await JOBS["prune_counts"](tools)
    assert await fetch_value("select count(*) from rate_count") == 1
