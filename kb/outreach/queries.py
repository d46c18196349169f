"""Reading: a person's own messages; for staff, the triggers and why each decision fell as it did."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from kb.clusters.audiences import LABEL
from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.cursors import Cursor
from kb.core.database import fetch_all, fetch_value
from kb.core.permissions import Permission

PAGE = 50
MAX_UNREAD = 20
"""Shown at once on a page; the rest stand in the inbox."""

COUNTED = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class InboxMessage:
    """A message as its reader sees it. `html` is safe; `link` is a path below the base address or a whole address."""

    id: UUID
    channel: str
    subject: str
    body_source: str
    html: str
    link: str | None
    link_text: str
    sent_at: datetime
    seen_at: datetime | None

    @property
    def is_unread(self) -> bool:
        """Mail is read elsewhere and never counts."""
        return self.channel == "in_app" and self.seen_at is None


@dataclass(frozen=True, slots=True)
class TriggerLine:
    """A trigger with what it did in the last 30 days."""

    key: str
    name: str
    detector: str | None
    channels: tuple[str, ...]
    max_age: timedelta | None
    enabled: bool
    sent: int
    refused: int
    seen: int


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """One decision. `problem` is the words for it; `messages` says what became of each, as `email: sent`."""

    id: UUID
    created_at: datetime
    trigger: str
    person_id: UUID | None
    person: str | None
    problem: str
    outcome: str
    reason: str
    messages: tuple[str, ...]


_MESSAGE = (
    "select m.id, m.channel, m.subject, m.body_source, m.body_html as html, m.link, m.link_text, m.sent_at, m.seen_at"
    " from message m"
)


async def list_unread(actor: Actor) -> list[InboxMessage]:
    """What waits to be seen in the product, oldest first."""
    actor.require(Permission.MESSAGE_READ)
    rows = await fetch_all(
        f"{_MESSAGE} where m.person_id = $1 and m.state = 'sent' and m.channel = 'in_app' order by m.sent_at, m.id limit $2",
        actor.person_id,
        MAX_UNREAD,
    )
    return [InboxMessage(**row) for row in rows]


async def count_unread(actor: Actor) -> int:
    """How many wait to be seen."""
    actor.require(Permission.MESSAGE_READ)
    return int(
        await fetch_value(
            "select count(*) from message where person_id = $1 and state = 'sent' and channel = 'in_app'",
            actor.person_id,
        )
    )


async def list_inbox(actor: Actor, *, before: Cursor | None = None, limit: int = PAGE) -> list[InboxMessage]:
    """One page of what was sent to the reader, newest first; a mail that repeats an in-app message is left out."""
    actor.require(Permission.MESSAGE_READ)
    rows = await fetch_all(
        f"{_MESSAGE} where m.person_id = $1 and m.state in ('sent', 'seen')"
        " and ($2::timestamptz is null or (m.sent_at, m.id) < ($2, $3))"
        " and (m.channel = 'in_app' or not exists"
        " (select from message o where o.claim_id = m.claim_id and o.channel = 'in_app'))"
        " order by m.sent_at desc, m.id desc limit $4",
        actor.person_id,
        *(before or (None, None)),
        limit,
    )
    return [InboxMessage(**row) for row in rows]


async def list_triggers(actor: Actor) -> list[TriggerLine]:
    """Every trigger, for staff who know people."""
    actor.require(Permission.PERSON_READ)
    rows = await fetch_all(
        "select t.key, t.name, t.detector, t.channels, t.max_age_seconds * interval '1 second' as max_age, t.enabled,"
        " count(d.id) filter (where d.outcome = 'send') as sent, count(d.id) filter (where d.outcome = 'refuse') as refused,"
        " count(d.id) filter (where d.outcome = 'send' and exists"
        " (select from message m where m.claim_id = d.claim_id and m.seen_at is not null)) as seen"
        " from trigger t left join decision d on d.trigger_id = t.id and d.created_at >= $1"
        " group by t.id order by t.created_at, t.key",
        now() - COUNTED,
    )
    return [TriggerLine(**{**row, "channels": tuple(row["channels"])}) for row in rows]


async def list_decisions(
    actor: Actor, *, outcome: str = "", trigger: str = "", before: Cursor | None = None, limit: int = PAGE
) -> list[DecisionLine]:
    """One page of decisions, newest first, of one outcome or one trigger where named, for staff who know people."""
    actor.require(Permission.PERSON_READ)
    rows = await fetch_all(
        "select d.id, d.created_at, t.name as trigger, d.person_id, p.name as person, d.outcome, d.reason,"
        f" coalesce(nullif({LABEL}, ''), f.label, i.title, d.problem) as problem,"
        " array(select m.channel || ': ' || m.state || coalesce(' (' || m.error || ')', '') from message m"
        "   where m.claim_id = d.claim_id and d.outcome = 'send' order by m.channel) as messages"
        " from decision d join trigger t on t.id = d.trigger_id left join person p on p.id = d.person_id"
        " left join cluster c on c.id = case when d.problem ~ '^cluster:[0-9a-f-]{36}' then split_part(d.problem, ':', 2)::uuid end"
        " left join friction_point f"
        "   on f.id = case when d.problem ~ '^friction:[0-9a-f-]{36}' then split_part(d.problem, ':', 2)::uuid end"
        " left join issue i on i.id = case when d.problem ~ '^issue:[0-9a-f-]{36}' then split_part(d.problem, ':', 2)::uuid end"
        " where ($2 = '' or d.outcome = $2) and ($3 = '' or t.key = $3)"
        " and ($4::timestamptz is null or (d.created_at, d.id) < ($4, $5))"
        " order by d.created_at desc, d.id desc limit $6",
        actor.visibilities,
        outcome,
        trigger,
        *(before or (None, None)),
        limit,
    )
    return [DecisionLine(**{**row, "messages": tuple(row["messages"])}) for row in rows]
