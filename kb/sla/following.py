"""Keeping a ticket's clocks in step with what happens to it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from kb.core.actor import SYSTEM
from kb.core.database import execute, execute_many, fetch_all, fetch_one
from kb.core.ids import new_id
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.sla.business_hours import ALWAYS, Hours, NeverOpen, add_open, read_week
from kb.sla.clocks import Clock, Happened, Wrote, play
from kb.sla.rules import Policy, Traits, choose_policy
from kb.tickets.dues import set_due

FAR_AWAY = timedelta(days=4 * 366)
"""Where hours never come, a promise is due when its calendar was looked through in vain."""


@dataclass(frozen=True, slots=True)
class Promise:
    """The policy that holds for a ticket, with its hours."""

    id: UUID
    policy: Policy
    hours: Hours


async def follow_ticket(ticket_id: UUID) -> datetime | None:
    """Play what happened since the last time to the ticket's clocks; returns when the next of them is due. Safe to repeat.

    Imported tickets are history, merged ones are read elsewhere: nothing is promised for them.
    """
    async with unit_of_work(SYSTEM) as unit:
        ticket = await fetch_one(_TICKET, ticket_id)
        if ticket is None:
            return None
        promises = await list_promises()
        is_ours = ticket["channel"] != "import" and ticket["merged_into"] is None
        chosen = choose_policy([(one.id, one.policy) for one in promises], _traits(ticket)) if is_ours else None
        promise = next((one for one in promises if one.id == chosen), None)
        return await _play(unit, ticket, promise)


_TICKET = (
    "select t.id, t.state, t.channel, t.priority, t.team_id, t.solved_at, t.snoozed_at, t.merged_into, coalesce(a.plan, '') as plan,"
    " array(select name from ticket_tag g where g.ticket_id = t.id) as tags, coalesce(s.played_position, 0) as played"
    " from ticket t join person p on p.id = t.requester_id"
    " left join account a on a.id = p.account_id left join sla_ticket s on s.ticket_id = t.id where t.id = $1 for update of t"
)


def _traits(ticket: Any) -> Traits:
    return Traits(ticket["priority"], ticket["team_id"], frozenset(ticket["tags"]), ticket["plan"])


async def _play(unit: UnitOfWork, ticket: Any, promise: Promise | None) -> datetime | None:
    known = await fetch_all(
        "select * from sla_clock where ticket_id = $1 order by started_at, id for update", ticket["id"]
    )
    if promise is None and not known:
        await _promise_nothing(ticket["id"])
        return None
    written = await fetch_all(
        "select kind, position, created_at from ticket_message where ticket_id = $1 and kind in ('customer', 'agent')"
        " and position > $2 order by position",
        ticket["id"],
        ticket["played"],
    )
    happened = Happened(
        [Wrote(row["kind"], row["created_at"]) for row in written],
        ticket["state"],
        ticket["solved_at"],
        ticket["snoozed_at"],
        unit.now,
        was_answered=await _was_answered(ticket["id"], ticket["played"]),
    )
    hours = promise.hours if promise else ALWAYS
    played = play([_clock(row) for row in known], happened, promise.policy.targets if promise else {}, hours)
    await _store(ticket["id"], known, played, promise, unit.now)
    due = min((at for clock in played if (at := _due(clock, hours))), default=None)
    await set_due(ticket["id"], due)
    await execute(
        "insert into sla_ticket (ticket_id, policy_id, played_position) values ($1, $2, $3) on conflict (ticket_id) do update"
        " set policy_id = excluded.policy_id, played_position = greatest(sla_ticket.played_position, excluded.played_position)",
        ticket["id"],
        promise.id if promise else None,
        max((row["position"] for row in written), default=ticket["played"]),
    )
    return due


async def _promise_nothing(ticket_id: UUID) -> None:
    """Noted, so that the sweep does not come back to it; its messages stay unplayed for a policy that may fit later."""
    await execute(
        "insert into sla_ticket (ticket_id) values ($1) on conflict (ticket_id) do update set policy_id = null",
        ticket_id,
    )
    await set_due(ticket_id, None)


async def _was_answered(ticket_id: UUID, position: int) -> bool:
    row = await fetch_one(
        "select 1 from ticket_message where ticket_id = $1 and kind = 'agent' and position <= $2 limit 1",
        ticket_id,
        position,
    )
    return row is not None


async def _store(
    ticket_id: UUID, known: Sequence[Any], played: Sequence[Clock], promise: Promise | None, moment: datetime
) -> None:
    ids = {(row["kind"], row["started_at"]): row for row in known}
    kept = {(clock.kind, clock.started_at) for clock in played}
    await _drop([row["id"] for key, row in ids.items() if key not in kept], moment)
    await execute_many(
        "insert into sla_clock as c (id, ticket_id, policy_id, kind, started_at, target, spent, running_since, due_at, warn_at, met_at,"
        "   breached_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict (ticket_id, kind, started_at) do update set"
        " policy_id = excluded.policy_id, target = excluded.target, spent = excluded.spent, running_since = excluded.running_since,"
        " due_at = excluded.due_at, warn_at = excluded.warn_at, met_at = excluded.met_at,"
        " warned_at = case when c.warn_at is not distinct from excluded.warn_at then c.warned_at end,"
        " breached_at = coalesce(c.breached_at, excluded.breached_at)",
        [_row(ticket_id, clock, ids.get((clock.kind, clock.started_at)), promise) for clock in played],
    )


async def _drop(ids: Sequence[UUID], moment: datetime) -> None:
    """What is promised no more is as if it never was, unless it was broken before: that stays on record."""
    await execute(
        "delete from sla_clock where id = any($1::uuid[]) and breached_at is null and (due_at is null or due_at > $2)",
        ids,
        moment,
    )
    await execute(
        "update sla_clock set breached_at = coalesce(breached_at, due_at), met_at = $2, spent = greatest(spent, target),"
        " running_since = null, due_at = null, warn_at = null where id = any($1::uuid[])",
        ids,
        moment,
    )


def _row(ticket_id: UUID, clock: Clock, known: Any, promise: Promise | None) -> tuple[Any, ...]:
    """A promise that was kept is the earlier policy's; one still open is that of the policy in force."""
    hours = promise.hours if promise else ALWAYS
    due = _due(clock, hours)
    policy_id = promise.id if promise and (clock.is_open or known is None) else known and known["policy_id"]
    is_broken = clock.met_at is not None and clock.spent > clock.target
    return (
        known["id"] if known else new_id(),
        ticket_id,
        policy_id,
        clock.kind,
        clock.started_at,
        int(clock.target.total_seconds()),
        int(clock.spent.total_seconds()),
        clock.running_since,
        due,
        _warn_at(clock, hours, promise.policy.warn_before if promise else timedelta()) if due else None,
        clock.met_at,
        clock.met_at if is_broken else None,
    )


def _due(clock: Clock, hours: Hours) -> datetime | None:
    try:
        return clock.due_at(hours)
    except NeverOpen:
        return clock.started_at + FAR_AWAY


def _warn_at(clock: Clock, hours: Hours, before: timedelta) -> datetime | None:
    """So much staffed time before it is due."""
    if clock.running_since is None:
        return None
    left = max(clock.target - clock.spent - before, timedelta())
    try:
        return add_open(hours, clock.running_since, left) if left else clock.running_since
    except NeverOpen:
        return None


def _clock(row: Any) -> Clock:
    return Clock(
        row["kind"],
        row["started_at"],
        timedelta(seconds=row["target"]),
        timedelta(seconds=row["spent"]),
        row["running_since"],
        row["met_at"],
    )


async def list_promises() -> list[Promise]:
    """All policies in their order, with their hours."""
    rows = await fetch_all(
        "select p.*, c.time_zone, c.week, c.holidays from sla_policy p left join service_calendar c on c.id = p.calendar_id"
        " order by p.position, p.created_at, p.id"
    )
    return [Promise(row["id"], policy_of(row), hours_of(row)) for row in rows]


def policy_of(row: Any) -> Policy:
    """The policy of a row of its table."""
    minutes = {name: row[name] for name in ("first_reply", "next_reply", "solution")}
    return Policy(
        row["name"],
        tuple(row["priorities"]),
        tuple(row["teams"]),
        tuple(row["tags"]),
        tuple(row["plans"]),
        row["calendar_id"],
        **{name: None if value is None else timedelta(minutes=value) for name, value in minutes.items()},
        warn_before=timedelta(minutes=row["warn_before"]),
        is_on=row["is_on"],
    )


def hours_of(row: Any) -> Hours:
    """The hours of a row that holds a calendar's; around the clock without one."""
    if row["time_zone"] is None:
        return ALWAYS
    week = row["week"] if isinstance(row["week"], list) else json.loads(row["week"])
    holidays: list[date] = list(row["holidays"] or [])
    return Hours(row["time_zone"], read_week(week), frozenset(holidays))


async def skip_moved(ticket_id: UUID) -> None:
    """Messages came from or went to another ticket and all are numbered anew: none of them is news to the clocks."""
    async with unit_of_work(SYSTEM):
        await execute(
            "update sla_ticket set played_position = coalesce((select max(position) from ticket_message where ticket_id = $1), 0)"
            " where ticket_id = $1",
            ticket_id,
        )
