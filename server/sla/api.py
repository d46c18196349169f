"""Policies and staffed hours for programs. Lengths are seconds of staffed time."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal
from uuid import UUID

from litestar import delete, get, post, put

from kb.core.actor import Actor
from kb.core.errors import Invalid
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.sla.business_hours import Hours, read_week
from kb.sla.following import Promise
from kb.sla.policies import (
    Calendar,
    list_calendars,
    list_policies,
    order_policies,
    remove_calendar,
    remove_policy,
    save_calendar,
    save_policy,
)
from kb.sla.rules import Policy
from server.lists import CursorIn, Items, LimitIn, part_of
from server.security.guards import requires

ANSWER = [requires(Permission.TICKET_ANSWER)]
MANAGE = [requires(Permission.TEAM_MANAGE)]
MOST_SECONDS = 366 * 86_400


@dataclass(frozen=True, slots=True)
class PolicyIn:
    """What is promised: seconds of staffed time, null where nothing is. Empty conditions fit all tickets; `calendar_id` null counts
    around the clock."""

    name: str
    first_reply: int | None = None
    next_reply: int | None = None
    solution: int | None = None
    warn_before: int = 1800
    calendar_id: UUID | None = None
    priorities: list[Literal["low", "normal", "high", "urgent"]] = field(default_factory=list)
    teams: list[UUID] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    plans: list[str] = field(default_factory=list)
    is_on: bool = True


@dataclass(frozen=True, slots=True)
class PolicyOut:
    """A policy as it stands, in the order they are tried."""

    id: UUID
    name: str
    first_reply: int | None
    next_reply: int | None
    solution: int | None
    warn_before: int
    calendar_id: UUID | None
    priorities: list[str]
    teams: list[UUID]
    tags: list[str]
    plans: list[str]
    is_on: bool


@dataclass(frozen=True, slots=True)
class PolicySaved:
    """What was made."""

    id: UUID


@dataclass(frozen=True, slots=True)
class OrderIn:
    """Policies in the order they are to be tried; those not named come after."""

    ids: list[UUID]


@dataclass(frozen=True, slots=True)
class CalendarIn:
    """Staffed hours: seven lists from Monday of `[from, to]` in minutes of the day, in a time zone such as Europe/Berlin."""

    name: str
    week: list[list[list[int]]]
    time_zone: str = "UTC"
    holidays: list[date] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class CalendarOut:
    """Staffed hours as they stand."""

    id: UUID
    name: str
    time_zone: str
    week: list[list[list[int]]]
    holidays: list[date]


@get("/api/v1/sla-policies", guards=ANSWER)
async def api_list_policies(actor: Actor, cursor: CursorIn = "", limit: LimitIn = 50) -> Items[PolicyOut]:
    """All policies, in the order they are tried."""
    return part_of(await list_policies(actor), _policy_out, lambda one: str(one.id), cursor=cursor, limit=limit)


@post("/api/v1/sla-policies", guards=MANAGE)
async def api_make_policy(actor: Actor, data: PolicyIn) -> PolicySaved:
    """Make one; it is tried last. 409 for a name that is taken."""
    return PolicySaved(await save_policy(actor, _policy(data)))


@put("/api/v1/sla-policies/{policy_id:uuid}", guards=MANAGE, status_code=204)
async def api_change_policy(actor: Actor, policy_id: UUID, data: PolicyIn) -> None:
    """Change it, for open tickets too."""
    await save_policy(actor, _policy(data), policy_id)


@delete("/api/v1/sla-policies/{policy_id:uuid}", guards=MANAGE)
async def api_remove_policy(actor: Actor, policy_id: UUID) -> None:
    """Open tickets fall to the next that fits."""
    await remove_policy(actor, policy_id)


@put("/api/v1/sla-policies/order", guards=MANAGE, status_code=204)
async def api_order_policies(actor: Actor, data: OrderIn) -> None:
    """Try them in this order."""
    await order_policies(actor, data.ids)


@get("/api/v1/service-calendars", guards=ANSWER)
async def api_list_calendars(actor: Actor, cursor: CursorIn = "", limit: LimitIn = 50) -> Items[CalendarOut]:
    """Staffed hours, by name."""
    return part_of(await list_calendars(actor), _calendar_out, lambda one: str(one.id), cursor=cursor, limit=limit)


@post("/api/v1/service-calendars", guards=MANAGE)
async def api_make_calendar(actor: Actor, data: CalendarIn) -> PolicySaved:
    """Make one. 409 for a name that is taken."""
    return PolicySaved(await save_calendar(actor, data.name, _hours(data)))


@put("/api/v1/service-calendars/{calendar_id:uuid}", guards=MANAGE, status_code=204)
async def api_change_calendar(actor: Actor, calendar_id: UUID, data: CalendarIn) -> None:
    """Change it, for what is promised already too."""
    await save_calendar(actor, data.name, _hours(data), calendar_id)


@delete("/api/v1/service-calendars/{calendar_id:uuid}", guards=MANAGE)
async def api_remove_calendar(actor: Actor, calendar_id: UUID) -> None:
    """409 while a policy counts in it."""
    await remove_calendar(actor, calendar_id)


def _policy(data: PolicyIn) -> Policy:
    lengths = {name: getattr(data, name) for name in ("first_reply", "next_reply", "solution", "warn_before")}
    wrong = {
        name: say("seconds, up to a year") for name, value in lengths.items() if value and abs(value) > MOST_SECONDS
    }
    if wrong:
        raise Invalid(say("The policy needs another look."), wrong)
    return Policy(
        data.name,
        tuple(data.priorities),
        tuple(data.teams),
        tuple(data.tags),
        tuple(data.plans),
        data.calendar_id,
        _length(data.first_reply),
        _length(data.next_reply),
        _length(data.solution),
        timedelta(seconds=data.warn_before),
        data.is_on,
    )


def _length(seconds: int | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


def _seconds(length: timedelta | None) -> int | None:
    return None if length is None else int(length.total_seconds())


def _policy_out(one: Promise) -> PolicyOut:
    policy = one.policy
    return PolicyOut(
        one.id,
        policy.name,
        _seconds(policy.first_reply),
        _seconds(policy.next_reply),
        _seconds(policy.solution),
        int(policy.warn_before.total_seconds()),
        policy.calendar_id,
        list(policy.priorities),
        list(policy.teams),
        list(policy.tags),
        list(policy.plans),
        policy.is_on,
    )


def _hours(data: CalendarIn) -> Hours:
    try:
        week = read_week([[span if len(span) == 2 else [0, 0] for span in day] for day in data.week])
    except ValueError:
        wrong = say("Seven days of [from, to] in minutes, one after the other; some day must have hours.")
        raise Invalid(say("The calendar needs another look."), {"week": wrong}) from None
    return Hours(data.time_zone, week, frozenset(data.holidays))


def _calendar_out(one: Calendar) -> CalendarOut:
    week = [[list(span) for span in day] for day in one.hours.week]
    return CalendarOut(one.id, one.name, one.hours.time_zone, week, sorted(one.hours.holidays))
