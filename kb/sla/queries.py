"""Reading clocks: those of one ticket, and how many promises were kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.database import fetch_all
from kb.core.permissions import Permission
from kb.sla.rules import Kind


@dataclass(frozen=True, slots=True)
class ClockView:
    """One promise to one customer. `due_at` is None while it stands still; `left` is staffed time until it is broken, negative once it is.

    `state` is running, paused, met or broken; a broken one may have been met late.
    """

    id: UUID
    ticket: int
    subject: str
    kind: Kind
    policy: str
    state: str
    started_at: datetime
    due_at: datetime | None
    met_at: datetime | None
    left: timedelta


_CLOCKS = (
    "select c.id, t.number as ticket, t.subject, c.kind, coalesce(p.name, '') as policy, c.started_at, c.due_at, c.met_at, c.target,"
    " c.spent, case when c.breached_at is not null or (c.met_at is null and c.due_at <= $1) then 'broken' when c.met_at is not null"
    " then 'met' when c.running_since is null then 'paused' else 'running' end as state"
    " from sla_clock c join ticket t on t.id = c.ticket_id left join sla_policy p on p.id = c.policy_id"
)


async def list_clocks(actor: Actor, ticket_id: UUID) -> list[ClockView]:
    """Of one ticket, the open ones first, then by when they are due."""
    actor.require(Permission.TICKET_ANSWER)
    rows = await fetch_all(
        f"{_CLOCKS} where c.ticket_id = $2 order by c.met_at is not null, c.due_at nulls last, c.started_at desc limit 20",
        now(),
        ticket_id,
    )
    return [_view(row) for row in rows]


async def list_promises_made(
    actor: Actor, *, kind: str = "", state: str = "", before: tuple[datetime, UUID] | None = None, limit: int = 50
) -> list[ClockView]:
    """The rows behind the report, newest first; `before` is the (started_at, id) of the last one seen."""
    actor.require(Permission.TICKET_ANSWER)
    moment, last = before or (None, None)
    rows = await fetch_all(
        f"select * from ({_CLOCKS}) k where ($2 = '' or kind = $2) and ($3 = '' or state = $3)"
        " and ($4::timestamptz is null or (started_at, id) < ($4, $5)) order by started_at desc, id desc limit $6",
        now(),
        kind,
        state,
        moment,
        last,
        limit,
    )
    return [_view(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Kept:
    """Of the promises of one kind that were kept or broken within the days asked about: how many were kept."""

    kind: Kind
    kept: int
    broken: int

    @property
    def share(self) -> float | None:
        """None where nothing came to its end."""
        return self.kept / (self.kept + self.broken) if self.kept + self.broken else None


async def count_kept(actor: Actor, *, days: int = 30) -> Sequence[Kept]:
    """By kind, of what began in the last `days`."""
    actor.require(Permission.TICKET_ANSWER)
    rows = await fetch_all(
        "select kind, count(*) filter (where breached_at is null and met_at is not null) as kept,"
        " count(*) filter (where breached_at is not null) as broken from sla_clock where started_at >= $1 group by kind",
        now() - timedelta(days=days),
    )
    counted = {row["kind"]: row for row in rows}
    kinds: tuple[Kind, ...] = ("first_reply", "next_reply", "solution")
    return [
        Kept(kind, counted[kind]["kept"], counted[kind]["broken"]) if kind in counted else Kept(kind, 0, 0)
        for kind in kinds
    ]


def _view(row: object) -> ClockView:
    values = dict(row)  # type: ignore[call-overload]
    target, spent = values.pop("target"), values.pop("spent")
    return ClockView(**values, left=timedelta(seconds=target - spent))
