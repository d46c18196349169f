"""Counting tries."""

from datetime import UTC, datetime, timedelta

import pytest

from kb.core.clock import clock_held_at
from kb.core.database import fetch_value
from kb.core.errors import TooMany
from kb.core.pruning import forget_old_counts
from kb.core.rate_limits import AHEAD, forgive, spend, spend_ahead
from tests.support.statements import statements_run

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


async def test_tries_past_the_limit_are_refused_and_told_when_to_come_back(db: str) -> None:
    with clock_held_at(NOON):
        await spend("door", 2, QUARTER)
    with clock_held_at(NOON + timedelta(minutes=5)):
        await spend("door", 2, QUARTER)
        with pytest.raises(TooMany) as refused:
            await spend("door", 2, QUARTER)
    assert refused.value.retry_after == 600
    assert "10 minutes" in refused.value.message


async def test_a_new_window_begins_with_the_first_try_after_the_old_one(db: str) -> None:
    with clock_held_at(NOON):
        await spend("door", 1, QUARTER)
    with clock_held_at(NOON + QUARTER):
        await spend("door", 1, QUARTER)
        with pytest.raises(TooMany):
            await spend("door", 1, QUARTER)


async def test_keys_are_counted_apart_and_none_is_kept_in_the_clear(db: str) -> None:
    await spend("sign-in:account:ines@example.com", 1, QUARTER)
    await spend("sign-in:account:bo@example.com", 1, QUARTER)
    assert await fetch_value("select count(*) from rate_count") == 2
    assert not await fetch_value("select count(*) from rate_count where position('ines'::bytea in key_hash) > 0")


async def test_who_proves_right_starts_anew(db: str) -> None:
    await spend("door", 1, QUARTER)
    await forgive("door")
    await spend("door", 1, QUARTER)


async def test_old_counts_are_swept(db: str) -> None:
    with clock_held_at(NOON):
        await spend("door", 1, QUARTER)
    with clock_held_at(NOON + timedelta(days=2)):
        await spend("gate", 1, QUARTER)
        assert await forget_old_counts() == 1


async def test_tries_counted_ahead_ask_the_database_once_in_ten_and_stop_where_others_stop(db: str) -> None:
    with statements_run() as seen:
        for _ in range(2 * AHEAD):
            await spend_ahead("search:ann", 2 * AHEAD, timedelta(hours=1))

    with pytest.raises(TooMany):
        await spend_ahead("search:ann", 2 * AHEAD, timedelta(hours=1))
    await spend_ahead("search:bob", 2 * AHEAD, timedelta(hours=1))
    assert len([sql for sql in seen if "rate_count" in sql]) == 2
