"""What came of sessions, by the definition asked for: the experiment's interval, and the ratios others print."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, get_args
from uuid import UUID

from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.database import fetch_all, fetch_one
from kb.core.errors import NotFound
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.insights.deflection.estimating import Interval, Sums, avoided, compare

Outcome = Literal["ticket", "asked", "again"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)

SPANS = (30, 90, 365)
"""Days to look back."""

SETTLES = {"ticket": timedelta(days=1), "asked": timedelta(days=1), "again": timedelta(days=7)}
"""How long after its beginning a session may still end that way. A ticket is mostly sent within the hour; `again` is the seven days
for which an answer must hold (kb/answers/rules.py)."""

_TICKET = (
    "exists (select from ticket t where t.requester_id = d.person_id and t.created_at >= d.began_at and t.created_at < d.until"
    " and t.channel <> 'import')"
)
_TOPIC = "exists (select from topic t where t.author_id = d.person_id and t.created_at >= d.began_at and t.created_at < d.until)"
_ENDED: Mapping[Outcome, str] = {
    "ticket": _TICKET,
    "asked": f"({_TICKET} or {_TOPIC})",
    "again": (
        "exists (select from question q where q.person_id = d.person_id and q.source_kind in ('topic', 'ticket')"
        " and q.cluster_id = any(d.clusters) and q.asked_at >= d.began_at and q.asked_at < d.until)"
    ),
}
_SAID_SOLVED = (
    "exists (select from answer_use u where u.person_id = d.person_id and u.kind = 'said_solved' and u.created_at >= d.began_at"
    " and u.created_at < d.until)"
)
_SESSIONS = (
    "select d.id, d.person_id, d.surface, d.arm, d.began_at, d.clusters, least(d.began_at + $3::interval,"
    " lead(d.began_at) over (partition by d.person_id order by d.began_at, d.id)) as until"
    " from deflection_session d where d.began_at >= $1 and d.began_at < $2 and not d.exempt"
)
"""What was sent counts for the session it followed, once: it ends where the next begins."""

_ARMS = (
    "with d as ({sessions}),"
    " ended as (select d.*, to_char(d.began_at at time zone 'utc', 'YYYY-MM') as month, ({ended})::int as y from d),"
    " people as (select grouping(surface) as any_surface, grouping(month) as any_month, surface, month, arm, person_id,"
    "   count(*) as n, sum(y) as y from ended group by grouping sets ((arm, person_id), (surface, arm, person_id), (month, arm, person_id))"
    ")"
    " select coalesce(surface, '') as surface, coalesce(month, '') as month, arm, count(*)::bigint as people, sum(n)::bigint as n,"
    " sum(y)::bigint as y, sum(n * n)::bigint as nn, sum(y * n)::bigint as yn, sum(y * y)::bigint as yy"
    " from people group by any_surface, any_month, surface, month, arm"
)


@dataclass(frozen=True, slots=True)
class Compared:
    """Both arms of one slice: everything, a surface or a month ("2026-11"). The intervals are None where too few were held out."""

    name: str
    held: Sums
    shown: Sums

    @property
    def difference(self) -> Interval | None:
        """Of the shares of sessions that ended that way."""
        return compare(self.held, self.shown)

    @property
    def avoided(self) -> Interval | None:
        """Of those shown something, how many did not end that way because of it."""
        return avoided(self.held, self.shown)


@dataclass(frozen=True, slots=True)
class Weaker:
    """Ratios that count people who would not have asked anyway: of sessions that were shown something."""

    sessions: int
    tickets: int
    said_solved: int
    left: int

    @property
    def sessions_per_ticket(self) -> float | None:
        """What the industry calls self-service score."""
        return self.sessions / self.tickets if self.tickets else None


@dataclass(frozen=True, slots=True)
class Deflection:
    """What suggestions were worth over `days`, by one definition of how a session ends."""

    outcome: Outcome
    days: int
    all: Compared
    surfaces: tuple[Compared, ...]
    months: tuple[Compared, ...]
    weaker: Weaker


async def read_deflection(actor: Actor, *, outcome: Outcome = "ticket", days: int = 90) -> Deflection:
    """Sessions too young to have ended are left out of both arms. Raises `NotFound` for another definition or span."""
    window = _window(actor, outcome, days)
    rows = await fetch_all(_ARMS.format(sessions=_SESSIONS, ended=_ENDED[outcome]), *window)
    return Deflection(
        outcome,
        days,
        _compared("", [row for row in rows if not row["surface"] and not row["month"]]),
        _sliced(rows, "surface"),
        _sliced(rows, "month"),
        await _read_weaker(window),
    )


def _window(actor: Actor, outcome: str, days: int) -> tuple[datetime, datetime, timedelta]:
    actor.require(Permission.CLUSTER_READ)
    if outcome not in OUTCOMES or days not in SPANS:
        raise NotFound(say("There is no such report."))
    settles = SETTLES[outcome]
    return now() - timedelta(days=days), now() - settles, settles


def _sliced(rows: list[Any], by: str) -> tuple[Compared, ...]:
    names = sorted({row[by] for row in rows if row[by]})
    return tuple(_compared(name, [row for row in rows if row[by] == name]) for name in names)


def _compared(name: str, rows: list[Any]) -> Compared:
    arms = {row["arm"]: Sums(*(row[key] for key in ("people", "n", "y", "nn", "yn", "yy"))) for row in rows}
    return Compared(name, arms.get("held", Sums()), arms.get("shown", Sums()))


async def _read_weaker(window: tuple[datetime, datetime, timedelta]) -> Weaker:
    row = await fetch_one(
        f"with d as ({_SESSIONS}), told as (select {_TICKET} as ticket, {_TOPIC} as topic, {_SAID_SOLVED} as solved from d"
        "   where d.arm = 'shown')"
        " select count(*) as sessions, count(*) filter (where ticket) as tickets, count(*) filter (where solved) as said_solved,"
        " count(*) filter (where not ticket and not topic and not solved) as left from told",
        *window,
    )
    return Weaker(**row) if row else Weaker(0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Session:
    """One row behind the numbers. `ticket` is the number of the ticket that followed, for those who read tickets."""

    id: UUID
    person_id: UUID
    person: str
    surface: str
    arm: str
    began_at: datetime
    ended: bool
    ticket: int | None


async def list_sessions(
    actor: Actor,
    *,
    outcome: Outcome = "ticket",
    days: int = 90,
    arm: str = "",
    before: tuple[datetime, UUID] | None = None,
    limit: int = 50,
) -> list[Session]:
    """The sessions that were counted, newest first; `before` is the (began_at, id) of the last one seen."""
    actor.require(Permission.PERSON_READ)
    moment, last = before or (None, None)
    rows = await fetch_all(
        f"with d as ({_SESSIONS}) select d.id, d.person_id, p.name as person, d.surface, d.arm, d.began_at, {_ENDED[outcome]} as ended,"
        " case when $4 then (select t.number from ticket t where t.requester_id = d.person_id and t.created_at >= d.began_at"
        "   and t.created_at < d.until and t.channel <> 'import' order by t.created_at limit 1) end as ticket"
        " from d join person p on p.id = d.person_id where ($5 = '' or d.arm = $5)"
        " and ($6::timestamptz is null or (d.began_at, d.id) < ($6, $7)) order by d.began_at desc, d.id desc limit $8",
        *_window(actor, outcome, days),
        actor.may(Permission.TICKET_ANSWER),
        arm,
        moment,
        last,
        limit,
    )
    return [Session(**row) for row in rows]
