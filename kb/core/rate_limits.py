"""Limits on how often something may be tried, counted in Postgres so that every process sees the same count."""

import hashlib
from datetime import datetime, timedelta

from kb.core.clock import now
from kb.core.database import execute, fetch_one
from kb.core.errors import TooMany
from kb.core.saying import say, say_many


async def spend(key: str, limit: int, window: timedelta, *, tries: int = 1) -> None:
    """Count a try, or several at once, under `key`; raises `TooMany` once `limit` tries were made in the window that began with the first.

    Call it outside a unit of work: a try counts even when what was tried is refused and rolled back.
    """
    moment = now()
    row = await fetch_one(
        "insert into rate_count as c (key_hash, spent, started_at) values ($1, $4, $2)"
        " on conflict (key_hash) do update set"
        " spent = case when c.started_at <= $3 then $4 else c.spent + $4 end,"
        " started_at = case when c.started_at <= $3 then $2 else c.started_at end"
        " returning spent, started_at",
        _hash(key),
        moment,
        moment - window,
        tries,
    )
    if row is not None and row["spent"] > limit:
        left = max(1, round((row["started_at"] + window - moment).total_seconds()))
        raise TooMany(say("Too many tries. Wait {left} and try again.", left=_in_words(left)), retry_after=left)


AHEAD = 10
"""Tries that `spend_ahead` counts at once, a two-hundredth of what searching is allowed in an hour."""

_MOST_AHEAD = 10_000
_ahead: dict[str, tuple[int, datetime]] = {}


async def spend_ahead(key: str, limit: int, window: timedelta) -> None:
    """As `spend`, for what is done many times an hour and must be quick: a process counts `AHEAD` tries with the first and lets
    the next ones through unasked. Never more than `limit` are made; somebody who stops early may have a few counted too many."""
    left, ends_at = _ahead.get(key, (0, now()))
    if left <= 0 or ends_at <= now():
        await spend(key, limit, window, tries=AHEAD)
        left, ends_at = AHEAD, now() + window
    if len(_ahead) > _MOST_AHEAD:
        _ahead.clear()
    _ahead[key] = left - 1, ends_at


def forget_ahead() -> None:
    """For tests, whose counts begin anew."""
    _ahead.clear()


async def forgive(key: str) -> None:
    """Start the count anew: the one who tried has proved to be the right one."""
    await execute("delete from rate_count where key_hash = $1", _hash(key))


def _hash(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()


def _in_words(seconds: int) -> str:
    if seconds < 60:
        return say_many("{n} second", "{n} seconds", seconds)
    minutes = -(-seconds // 60)
    return say_many("{n} minute", "{n} minutes", minutes)
