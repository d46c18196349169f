"""A write that a program sends again, because it never heard the answer, is done once.

The caller names the write by a key of its own. Its row claims the key; the unit of work marks the row in the very transaction of
the write, so that also a process that died before it kept the answer leaves behind whether the write was done.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import msgspec

from kb.core.clock import now
from kb.core.database import execute, fetch_one
from kb.core.errors import Conflict, Invalid
from kb.core.ids import new_id
from kb.core.saying import say

KEPT = timedelta(hours=24)
"""As long as the answer can be had again; the same as Stripe's, to which clients' libraries are used."""

LEASE = timedelta(seconds=90)
"""How long a write may take before its process is presumed dead; longer than any request is served."""

ANSWER_KEPT = 1024 * 1024
"""Bytes of an answer that are kept. A write answers with what it made, which is far less."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered the first time. `headers` are those that belong to the content."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to do the write now; a later claim of the same key takes it away."""

    id: UUID


_current: ContextVar[Claim | None] = ContextVar("current_claim", default=None)


async def claim(owner: bytes, key: bytes, request: bytes) -> Claim | Answer:
    """The right to do this write, or the answer it got. All three are hashes: of who asks, of their key, and of what they ask.

    Raises `Invalid` where the key stands for another request, `Conflict` where the first is still at work, or has been done by
    a process that died before its answer was kept.
    """
    wanted = Claim(new_id())
    row = await fetch_one(
        "insert into write_once as w (owner, key, request, claim, started_at, leased_until)"
        " values ($1, $2, $3, $4, $5, $6) on conflict (owner, key) do update"
        " set request = excluded.request, claim = excluded.claim, leased_until = excluded.leased_until,"
        " started_at = excluded.started_at, written_at = null, status = null, headers = '{}', body = null"
        " where w.started_at < $7 or (w.request = excluded.request and w.status is null and w.written_at is null"
        " and w.leased_until < $5) returning claim",
        owner,
        key,
        request,
        wanted.id,
        now(),
        now() + LEASE,
        now() - KEPT,
    )
    return wanted if row else await _earlier(owner, key, request)


async def _earlier(owner: bytes, key: bytes, request: bytes) -> Answer:
    row = await fetch_one(
        "select request, status, headers, body, written_at, leased_until from write_once where owner = $1 and key = $2",
        owner,
        key,
    )
    if row is not None and row["request"] != request:
        reason = say("This key was used for another request. Use a new key for each write.")
        raise Invalid(reason, {"Idempotency-Key": reason})
    if row is not None and row["status"] is not None and row["body"] is not None:
        return Answer(row["status"], msgspec.json.decode(row["headers"]), row["body"])
    if row is not None and row["written_at"] is not None and row["leased_until"] < now():
        raise Conflict(
            say("This was done, but its answer is lost. Read what you wrote before you send it with a new key.")
        )
    raise Conflict(say("The first request with this key is still at work. Ask again in a moment."))


@contextmanager
def doing(claimed: Claim) -> Iterator[None]:
    """Units of work inside the block belong to this claim."""
    token = _current.set(claimed)
    try:
        yield
    finally:
        _current.reset(token)


async def mark_written() -> None:
    """Note in the open transaction that the claimed write is done. Raises `Conflict` where somebody else has claimed it since."""
    claimed = _current.get()
    if claimed is None:
        return
    touched = await execute("update write_once set written_at = $2 where claim = $1", claimed.id, now())
    if not touched:
        raise Conflict(
            say("This took too long, and another request with the same key has begun. Ask again in a moment.")
        )


async def keep_answer(claimed: Claim, answer: Answer) -> None:
    """The answer stands for later requests. One that is too large is not kept, only that the write was done."""
    fits = len(answer.body) <= ANSWER_KEPT
    await execute(
        "update write_once set status = $2, headers = $3::text::jsonb, body = $4, written_at = coalesce(written_at, $5),"
        " leased_until = $5 where claim = $1",
        claimed.id,
        answer.status,
        msgspec.json.encode(answer.headers).decode(),
        answer.body if fits else None,
        now(),
    )


async def release(claimed: Claim) -> None:
    """Nothing was decided, so that the key may be used again; kept where a transaction of the write has committed."""
    if not await execute("delete from write_once where claim = $1 and written_at is null", claimed.id):
        await execute("update write_once set leased_until = $2 where claim = $1", claimed.id, now())


async def forget_old_writes() -> int:
    """Remove keys after their day."""
    return await execute("delete from write_once where started_at < $1", now() - KEPT)
