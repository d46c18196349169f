"""Reading webhooks and their log, for admins."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.cursors import Cursor, read_cursor, write_cursor
from kb.core.database import fetch_all, fetch_one
from kb.core.errors import Invalid, NotFound
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.hooks.access import NO_DELIVERY, NO_WEBHOOK
from kb.hooks.rules import DELIVERIES_PAGE, NEWS_FOR, STATES
from kb.hooks.signing import message_id


@dataclass(frozen=True, slots=True)
class WebhookView:
    """A webhook without its secret. `paused_because`: asked, failing or gone, "" while it goes on.

    `sent_today`, `failed_today` and `waiting` count deliveries of the last 24 hours; `two_secrets_until` is set for a day after a rotation.
    """

    id: UUID
    name: str
    url: str
    kinds: tuple[str, ...]
    audience: str
    created_by: str
    created_at: datetime
    paused_at: datetime | None
    paused_because: str
    failing_since: datetime | None
    two_secrets_until: datetime | None
    deleted_at: datetime | None
    sent_today: int
    failed_today: int
    waiting: int


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A line of the log. `status` and `error` are of the last attempt; `next_attempt_at` is None where nothing more comes."""

    id: UUID
    webhook_id: UUID
    message_id: str
    kind: str
    state: str
    attempts: int
    status: int | None
    error: str
    milliseconds: int | None
    happened_at: datetime
    created_at: datetime
    settled_at: datetime | None
    next_attempt_at: datetime | None


@dataclass(frozen=True, slots=True)
class Deliveries:
    """One page of the log, newest first; `next_cursor` is empty at the end."""

    deliveries: list[DeliveryRow]
    next_cursor: str


@dataclass(frozen=True, slots=True)
class AttemptView:
    """One request. Without `milliseconds` it is under way, or its worker died before the answer came."""

    number: int
    started_at: datetime
    milliseconds: int | None
    status: int | None
    error: str
    response: str


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """A delivery with the body as last sent, "" before the first attempt and where it was withheld, and every attempt, newest first."""

    delivery: DeliveryRow
    body: str
    attempts: list[AttemptView]


_WEBHOOK = (
    "select w.id, w.name, w.url, w.kinds, w.audience, coalesce(p.name, '') as created_by, w.created_at, w.paused_at, w.paused_because,"
    " w.failing_since, case when w.former_until > $1 then w.former_until end as two_secrets_until, w.deleted_at,"
    " c.sent_today, c.failed_today, c.waiting"
    " from webhook w left join person p on p.id = w.created_by left join lateral ("
    "   select count(*) filter (where d.state = 'sent') as sent_today, count(*) filter (where d.state = 'failed') as failed_today,"
    "   count(*) filter (where d.state = 'waiting') as waiting from webhook_delivery d where d.webhook_id = w.id and d.created_at > $2"
    " ) c on true"
)

_DELIVERY = (
    "select d.id, d.webhook_id, d.kind, d.state, d.attempts, l.status, coalesce(l.error, '') as error, l.milliseconds, d.happened_at,"
    " d.created_at, d.settled_at, case when d.state = 'waiting' then d.next_attempt_at end as next_attempt_at, d.body"
    " from webhook_delivery d left join lateral (select a.status, a.error, a.milliseconds from webhook_attempt a"
    "   where a.delivery_id = d.id order by a.number desc, a.id desc limit 1) l on true"
)


async def list_webhooks(actor: Actor, *, deleted: bool = False) -> list[WebhookView]:
    """Every one, by name; or those that were deleted and can be restored."""
    actor.require(Permission.WEBHOOK_MANAGE)
    rows = await fetch_all(
        f"{_WEBHOOK} where (w.deleted_at is not null) = $3 order by lower(w.name), w.id",
        now(),
        now() - NEWS_FOR,
        deleted,
    )
    return [_webhook(row) for row in rows]


async def get_webhook(actor: Actor, webhook_id: UUID) -> WebhookView:
    """One of them. Raises `NotFound` for one that is deleted."""
    actor.require(Permission.WEBHOOK_MANAGE)
    row = await fetch_one(f"{_WEBHOOK} where w.id = $3 and w.deleted_at is null", now(), now() - NEWS_FOR, webhook_id)
    if row is None:
        raise NotFound(NO_WEBHOOK)
    return _webhook(row)


async def list_deliveries(
    actor: Actor, webhook_id: UUID, *, state: str = "", kind: str = "", cursor: str = "", limit: int = DELIVERIES_PAGE
) -> Deliveries:
    """One page of a webhook's log; of one state (waiting, sent, failed, withheld) or one kind of event."""
    actor.require(Permission.WEBHOOK_MANAGE)
    if state and state not in STATES:
        raise Invalid(say("No delivery is ever in that state."), {"state": say("waiting, sent, failed or withheld")})
    before, limit = read_cursor(cursor), max(1, min(limit, DELIVERIES_PAGE))
    rows = await fetch_all(
        f"{_DELIVERY} where d.webhook_id = $1 and ($2 = '' or d.state = $2) and ($3 = '' or d.kind = $3)"
        " and ($4::uuid is null or d.id < $4) order by d.id desc limit $5",
        webhook_id,
        state,
        kind,
        before.id if before else None,
        limit + 1,
    )
    deliveries = [_delivery(row) for row in rows[:limit]]
    more = write_cursor(Cursor(deliveries[-1].created_at, deliveries[-1].id)) if len(rows) > limit else ""
    return Deliveries(deliveries, more)


async def get_delivery(actor: Actor, webhook_id: UUID, delivery_id: UUID) -> DeliveryView:
    """One delivery whole."""
    actor.require(Permission.WEBHOOK_MANAGE)
    row = await fetch_one(f"{_DELIVERY} where d.id = $1 and d.webhook_id = $2", delivery_id, webhook_id)
    if row is None:
        raise NotFound(NO_DELIVERY)
    attempts = await fetch_all(
        "select number, started_at, milliseconds, status, error, response from webhook_attempt where delivery_id = $1"
        " order by number desc, id desc",
        delivery_id,
    )
    return DeliveryView(_delivery(row), row["body"] or "", [AttemptView(**attempt) for attempt in attempts])


def _webhook(row: asyncpg.Record) -> WebhookView:
    return WebhookView(**{**row, "kinds": tuple(row["kinds"])})


def _delivery(row: asyncpg.Record) -> DeliveryRow:
    values = {key: value for key, value in row.items() if key != "body"}
    return DeliveryRow(message_id=message_id(row["id"]), **values)
