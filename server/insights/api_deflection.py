"""What suggestions spare, for programs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from litestar import get

from kb.core.actor import Actor
from kb.core.cursors import read_cursor
from kb.core.permissions import Permission
from kb.insights.deflection.estimating import Interval
from kb.insights.deflection.reading import Compared, list_sessions, read_deflection
from server.insights.deflection import read_outcome
from server.lists import CursorIn, Items, LimitIn, check_limit, page_of
from server.security.guards import requires

READ = [requires(Permission.CLUSTER_READ)]
ROWS = [*READ, requires(Permission.PERSON_READ)]
OutcomeIn = Literal["ticket", "asked", "again"]


@dataclass(frozen=True, slots=True)
class IntervalOut:
    """An estimate with its 95 % interval. `is_sure`: zero lies outside."""

    value: float
    low: float
    high: float
    is_sure: bool


@dataclass(frozen=True, slots=True)
class ArmOut:
    """One arm: people, their sessions, and the sessions that ended the way asked about."""

    people: int
    sessions: int
    ended: int


@dataclass(frozen=True, slots=True)
class ComparedOut:
    """A slice: "" for all, a surface or a month. `difference` is of shares (0 to 1), `avoided` counts sessions; both null where
    too few people were held out."""

    name: str
    held: ArmOut
    shown: ArmOut
    difference: IntervalOut | None
    avoided: IntervalOut | None


@dataclass(frozen=True, slots=True)
class WeakerOut:
    """Ratios others print, of sessions shown something: they count people who would not have asked anyway."""

    sessions: int
    tickets: int
    said_solved: int
    left: int
    sessions_per_ticket: float | None


@dataclass(frozen=True, slots=True)
class DeflectionOut:
    """The report over `days`, by one way a session may end."""

    outcome: str
    days: int
    all: ComparedOut
    surfaces: list[ComparedOut]
    months: list[ComparedOut]
    weaker: WeakerOut


@dataclass(frozen=True, slots=True)
class SessionOut:
    """A session that was counted. `ticket` is the number of the ticket that followed, null without one or for who reads none."""

    id: UUID
    person_id: UUID
    surface: str
    arm: str
    began_at: datetime
    ended: bool
    ticket: int | None


@get("/api/v1/deflection", guards=READ)
async def api_read_deflection(actor: Actor, outcome: OutcomeIn = "ticket", days: int = 90) -> DeflectionOut:
    """How many tickets suggestions avoided, from the few who ask without them. `days` is 30, 90 or 365."""
    report = await read_deflection(actor, outcome=read_outcome(outcome), days=days)
    weaker = report.weaker
    return DeflectionOut(
        report.outcome,
        report.days,
        _compared(report.all),
        [_compared(one) for one in report.surfaces],
        [_compared(one) for one in report.months],
        WeakerOut(weaker.sessions, weaker.tickets, weaker.said_solved, weaker.left, weaker.sessions_per_ticket),
    )


@get("/api/v1/deflection/sessions", guards=ROWS)
async def api_list_deflection_sessions(
    actor: Actor,
    outcome: OutcomeIn = "ticket",
    days: int = 90,
    arm: str = "",
    cursor: CursorIn = "",
    limit: LimitIn = 50,
) -> Items[SessionOut]:
    """The sessions behind the numbers, newest first; `arm` is shown or held."""
    found = await list_sessions(
        actor,
        outcome=read_outcome(outcome),
        days=days,
        arm=arm,
        before=read_cursor(cursor),
        limit=check_limit(limit) + 1,
    )
    return page_of(
        found,
        lambda one: SessionOut(one.id, one.person_id, one.surface, one.arm, one.began_at, one.ended, one.ticket),
        lambda one: (one.began_at, one.id),
        limit=limit,
    )


def _compared(one: Compared) -> ComparedOut:
    held = ArmOut(one.held.people, one.held.n, one.held.y)
    shown = ArmOut(one.shown.people, one.shown.n, one.shown.y)
    return ComparedOut(one.name, held, shown, _interval(one.difference), _interval(one.avoided))


def _interval(one: Interval | None) -> IntervalOut | None:
    return IntervalOut(one.value, one.low, one.high, one.is_sure) if one else None
