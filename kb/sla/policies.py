"""Making, changing, ordering and removing policies and the calendars they count in. Changes hold for open tickets at once."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.database import execute, fetch_all, fetch_one, fetch_value
from kb.core.errors import Conflict, Invalid, NotFound
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.sla.business_hours import Hours, NeverOpen, add_open, read_week
from kb.sla.following import Promise, hours_of, list_promises
from kb.sla.messages import PromisesChanged
from kb.sla.rules import MOST_POLICIES, NAME_MAX, Policy, check_policy, clean_policy
from kb.text.storing import storable

MOST_HOLIDAYS = 400


@dataclass(frozen=True, slots=True)
class Calendar:
    """Staffed hours under a name."""

    id: UUID
    name: str
    hours: Hours


async def list_policies(actor: Actor) -> list[Promise]:
    """In the order they are tried, those switched off among them."""
    actor.require(Permission.TICKET_ANSWER)
    return await list_promises()


async def list_calendars(actor: Actor) -> list[Calendar]:
    """By name."""
    actor.require(Permission.TICKET_ANSWER)
    rows = await fetch_all("select id, name, time_zone, week, holidays from service_calendar order by lower(name)")
    return [Calendar(row["id"], row["name"], hours_of(row)) for row in rows]


async def save_policy(actor: Actor, policy: Policy, policy_id: UUID | None = None) -> UUID:
    """Make one, tried last, or change one; returns its id. Raises `Invalid` with fields, `Conflict` for a name that is taken."""
    actor.require(Permission.TEAM_MANAGE)
    policy = clean_policy(policy)
    check_policy(policy)
    async with unit_of_work(actor) as unit:
        await _take_turn()
        await _check_references(policy)
        await _check_free("sla_policy", policy.name, policy_id)
        saved = await _write_policy(unit, policy, policy_id)
        unit.audit("sla.policy", "sla_policy", saved, name=policy.name)
        unit.emit(PromisesChanged())
    return saved


async def remove_policy(actor: Actor, policy_id: UUID) -> None:
    """Open tickets fall to the next that fits. What was promised and kept, or broken, before stays on record."""
    actor.require(Permission.TEAM_MANAGE)
    async with unit_of_work(actor) as unit:
        if not await execute("delete from sla_policy where id = $1", policy_id):
            raise NotFound(_NO_POLICY)
        unit.audit("sla.remove_policy", "sla_policy", policy_id)
        unit.emit(PromisesChanged())


async def order_policies(actor: Actor, ids: list[UUID]) -> None:
    """Try them in this order; those not named come after, as they were."""
    actor.require(Permission.TEAM_MANAGE)
    async with unit_of_work(actor) as unit:
        await _take_turn()
        known = [row["id"] for row in await fetch_all("select id from sla_policy order by position, created_at, id")]
        order = [one for one in dict.fromkeys(ids) if one in known]
        order += [one for one in known if one not in order]
        await execute(
            "update sla_policy p set position = u.position from unnest($1::uuid[]) with ordinality as u (id, position)"
            " where u.id = p.id",
            order,
        )
        unit.audit("sla.order", "sla_policy", None, order=order)
        unit.emit(PromisesChanged())


async def save_calendar(actor: Actor, name: str, hours: Hours, calendar_id: UUID | None = None) -> UUID:
    """Make or change one; returns its id. Raises `Invalid` with fields, `Conflict` for a name that is taken."""
    actor.require(Permission.TEAM_MANAGE)
    name = storable(name).strip()
    _check_calendar(name, hours)
    async with unit_of_work(actor) as unit:
        await _take_turn()
        await _check_free("service_calendar", name, calendar_id)
        saved = calendar_id or new_id()
        changed = await execute(
            "insert into service_calendar as c (id, name, time_zone, week, holidays, created_at) values ($1, $2, $3, $4::jsonb, $5, $6)"
            " on conflict (id) do update set name = excluded.name, time_zone = excluded.time_zone, week = excluded.week,"
            " holidays = excluded.holidays",
            saved,
            name,
            hours.time_zone,
            json.dumps(hours.week),
            sorted(hours.holidays),
            unit.now,
        )
        unit.audit("sla.calendar", "service_calendar", saved, name=name, rows=changed)
        unit.emit(PromisesChanged())
    return saved


async def remove_calendar(actor: Actor, calendar_id: UUID) -> None:
    """Raises `Conflict` while a policy counts in it."""
    actor.require(Permission.TEAM_MANAGE)
    async with unit_of_work(actor) as unit:
        used = await fetch_value("select name from sla_policy where calendar_id = $1 limit 1", calendar_id)
        if used:
            raise Conflict(say("“{name}” counts in these hours: give it others first.", name=used))
        if not await execute("delete from service_calendar where id = $1", calendar_id):
            raise NotFound(say("There is no such calendar."))
        unit.audit("sla.remove_calendar", "service_calendar", calendar_id)


def preview(policy: Policy, hours: Hours) -> dict[str, datetime]:
    """When what is promised would be due for a ticket opened this moment."""
    moment, found = now(), {}
    for kind, target in policy.targets.items():
        try:
            found[kind] = add_open(hours, moment, target)
        except NeverOpen:
            continue
    return {str(kind): due for kind, due in found.items()}


_NO_POLICY = say("There is no such policy.")


async def _take_turn() -> None:
    await execute("select pg_advisory_xact_lock(hashtextextended('sla:policies', 0))")


async def _check_free(table: str, name: str, own: UUID | None) -> None:
    taken = await fetch_value(
        f"select 1 from {table} where lower(name) = lower($1) and id is distinct from $2", name, own
    )
    if taken:
        raise Conflict(say("Another one has this name already."), {"name": say("choose another name")})


async def _check_references(policy: Policy) -> None:
    wrong = {}
    teams = await fetch_value("select count(*) from team where id = any($1::uuid[])", list(policy.teams))
    if teams != len(set(policy.teams)):
        wrong["teams"] = say("One of these teams is gone.")
    if policy.calendar_id and not await fetch_value("select 1 from service_calendar where id = $1", policy.calendar_id):
        wrong["calendar_id"] = say("These hours are gone.")
    if wrong:
        raise Invalid(say("The policy needs another look."), wrong)


async def _write_policy(unit: UnitOfWork, policy: Policy, policy_id: UUID | None) -> UUID:
    minutes = [
        None if target is None else int(target.total_seconds() // 60)
        for target in (policy.first_reply, policy.next_reply, policy.solution)
    ]
    values = (
        policy.name, policy.is_on, list(policy.priorities), list(policy.teams), list(policy.tags), list(policy.plans),
        policy.calendar_id, *minutes, int(policy.warn_before.total_seconds() // 60),
    )  # fmt: skip
    if policy_id is None:
        count = await fetch_value("select count(*) from sla_policy")
        if count >= MOST_POLICIES:
            raise Conflict(
                say("There are {most} policies already: nobody could say by heart which holds.", most=MOST_POLICIES)
            )
        policy_id = new_id()
        await execute(
            "insert into sla_policy (id, name, is_on, priorities, teams, tags, plans, calendar_id, first_reply, next_reply, solution,"
            "   warn_before, position, created_at) select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,"
            "   coalesce(max(position), 0) + 1, $13 from sla_policy",
            policy_id, *values, unit.now,
        )  # fmt: skip
        return policy_id
    known = await fetch_one(
        "update sla_policy set name = $2, is_on = $3, priorities = $4, teams = $5, tags = $6, plans = $7, calendar_id = $8,"
        " first_reply = $9, next_reply = $10, solution = $11, warn_before = $12, version = version + 1 where id = $1 returning id",
        policy_id, *values,
    )  # fmt: skip
    if known is None:
        raise NotFound(_NO_POLICY)
    return policy_id


def _check_calendar(name: str, hours: Hours) -> None:
    wrong = {}
    if not 0 < len(name) <= NAME_MAX:
        wrong["name"] = say("Give it a name of at most {most} characters.", most=NAME_MAX)
    try:
        ZoneInfo(hours.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        wrong["time_zone"] = say("A time zone such as Europe/Berlin.")
    try:
        read_week(hours.week)
    except ValueError:
        wrong["week"] = say("Each day's hours such as 9:00-12:30, 13:30-17:00, in order; some day must have hours.")
    if len(hours.holidays) > MOST_HOLIDAYS or any(
        not date(2000, 1, 1) <= one <= date(2200, 1, 1) for one in hours.holidays
    ):
        wrong["holidays"] = say("At most {most} days, such as 2026-12-25.", most=MOST_HOLIDAYS)
    if wrong:
        raise Invalid(say("The calendar needs another look."), wrong)
