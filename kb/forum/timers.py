"""Timers of a topic: it closes at a time, or once nobody has replied for some days, or comes up again in the lists.

To be reminded of a topic oneself is a bookmark's (`bookmarking.py`).
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from kb.core.actor import SYSTEM, Actor
from kb.core.clock import now
from kb.core.database import execute, fetch_all, fetch_one
from kb.core.errors import Invalid
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.forum.access import access_topic
from kb.forum.closing import clean_lock_reason, lock_in

CLOSE, CLOSE_QUIET, BUMP = "close", "close_quiet", "bump"
KINDS = (CLOSE, CLOSE_QUIET, BUMP)

QUIET_MOST = 365
"""Days without a reply after which a topic closes, at most; Discourse's own limit for closing by age is of that order."""

LONGEST_WAIT = timedelta(days=2 * 365)

DUE_AT = "case when m.quiet_days is null then m.due_at else greatest(m.created_at, t.last_posted_at) + m.quiet_days * interval '1 day' end"
"""SQL: when timer `m` of topic `t` runs, as things stand."""

TIMERS_OF_TOPIC = (
    "(select jsonb_agg(jsonb_build_object('kind', m.kind, 'due_at', "
    f"{DUE_AT}) order by m.kind) from topic_timer m where m.topic_id = t.id)"
)
"""SQL for the timers of topic `t`, read by `read_timers`."""


@dataclass(frozen=True, slots=True)
class Timer:
    """What a topic will do by itself, and when; a reply puts `close_quiet` off."""

    kind: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class NewTimer:
    """What is asked for: `due_at` for closing at a time and coming up again, `quiet_days` for closing after silence."""

    kind: str
    due_at: datetime | None = None
    quiet_days: int | None = None
    reason: str = ""


async def set_timer(actor: Actor, topic_id: UUID, timer: NewTimer) -> None:
    """Set it, or set it anew. Raises `Invalid` naming the field for what cannot be."""
    actor.require(Permission.TOPIC_ARRANGE)
    reason = _check(timer)
    async with unit_of_work(actor) as unit:
        await access_topic(actor, topic_id)
        await execute(
            "insert into topic_timer (topic_id, kind, due_at, quiet_days, reason, set_by, created_at)"
            " values ($1, $2, $3, $4, $5, $6, $7) on conflict (topic_id, kind) do update set due_at = excluded.due_at,"
            " quiet_days = excluded.quiet_days, reason = excluded.reason, set_by = excluded.set_by, created_at = excluded.created_at",
            topic_id,
            timer.kind,
            timer.due_at,
            timer.quiet_days,
            reason,
            actor.person_id,
            unit.now,
        )
        due = timer.due_at.isoformat() if timer.due_at else None
        unit.audit("topic.set_timer", "topic", topic_id, kind=timer.kind, due_at=due, quiet_days=timer.quiet_days)


async def cancel_timer(actor: Actor, topic_id: UUID, kind: str) -> None:
    """It will not run; one that is not set stays unset."""
    actor.require(Permission.TOPIC_ARRANGE)
    async with unit_of_work(actor) as unit:
        await access_topic(actor, topic_id)
        if await execute("delete from topic_timer where topic_id = $1 and kind = $2", topic_id, kind):
            unit.audit("topic.cancel_timer", "topic", topic_id, kind=kind)


async def run_due_timers(*, limit: int = 200) -> int:
    """Do what is due, each in a unit of work of its own; returns how many ran now."""
    due = await fetch_all(
        f"select m.topic_id, m.kind from topic_timer m join topic t on t.id = m.topic_id"
        f" where t.merged_into is null and {DUE_AT} <= $1 limit $2",
        now(),
        limit,
    )
    return sum([await _run(row["topic_id"], row["kind"]) for row in due])


def read_timers(text: str | None) -> list[Timer]:
    """What `TIMERS_OF_TOPIC` gave."""
    return [Timer(one["kind"], datetime.fromisoformat(one["due_at"])) for one in json.loads(text or "[]")]


async def _run(topic_id: UUID, kind: str) -> bool:
    """Whether it was still due: a reply may have put it off meanwhile, or another worker may have run it."""
    async with unit_of_work(SYSTEM) as unit:
        topic = await access_topic(SYSTEM, topic_id)
        timer = await fetch_one(
            f"delete from topic_timer m using topic t where t.id = m.topic_id and m.topic_id = $1 and m.kind = $2 and {DUE_AT} <= $3"
            " returning m.reason, m.quiet_days",
            topic_id,
            kind,
            unit.now,
        )
        if timer is None:
            return False
        if kind == BUMP:
            await _bump(unit, topic_id)
        elif topic.closed_as is None:
            await lock_in(unit, topic, timer["reason"])
    return True


async def _bump(unit: UnitOfWork, topic_id: UUID) -> None:
    """It stands where a new reply would put it; nobody is told, and nothing becomes unread."""
    await execute("update topic set last_posted_at = $2 where id = $1", topic_id, unit.now)
    unit.audit("topic.bump", "topic", topic_id)


def _check(timer: NewTimer) -> str:
    """The reason, cleaned; one for closing is made up where none was said."""
    wrong = {}
    if timer.kind not in KINDS:
        wrong["kind"] = say("One of {known}.", known=", ".join(KINDS))
    elif timer.kind == CLOSE_QUIET:
        if timer.quiet_days is None or not 1 <= timer.quiet_days <= QUIET_MOST:
            wrong["quiet_days"] = say("From 1 to {most} days.", most=QUIET_MOST)
    elif timer.due_at is None or not now() < timer.due_at < now() + LONGEST_WAIT:
        wrong["due_at"] = say("Choose a time that lies ahead, at most two years.")
    if wrong:
        raise Invalid(say("This timer cannot be set."), wrong)
    if timer.kind == BUMP:
        return ""
    usual = "Closed because nobody replied any more." if timer.kind == CLOSE_QUIET else "Closed at the time set for it."
    return clean_lock_reason(timer.reason or usual)
