"""Limits on how often something may be tried, counted in Postgres so that every process sees the same count."""

import hashlib
from datetime import timedelta

from kb.core.clock import now
from kb.core.database import execute, fetch_one
from kb.core.errors import TooMany
from kb.core.saying import say, say_many


async def spend(key: str, limit: int, window: timedelta) -> None:
    """Count one try under `key`; raises `TooMany` once `limit` tries were made in the window that began with the first.

    Call it outside a unit of work: a try counts even when what was tried is refused and rolled back.
    """
    moment = now()
    row = await fetch_one(
        "insert into rate_count as c (key_hash, spent, started_at) values ($1, 1, $2)"
        " on conflict (key_hash) do update set"
        " spent = case when c.started_at <= $3 then 1 else c.spent + 1 end,"
        " started_at = case when c.started_at <= $3 then $2 else c.started_at end"
        " returning spent, started_at",
        _hash(key),
        moment,
        moment - window,
    )
    if row is not None and row["spent"] > limit:
        left = max(1, round((row["started_at"] + window - moment).total_seconds()))
        raise TooMany(say("Too many tries. Wait {left} and try again.", left=_in_words(left)), retry_after=left)


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
