"""From what happened to rows of the delivery log: each webhook that wants it is told of a thing once."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import asyncpg

from kb.core.actor import SYSTEM
from kb.core.clock import now
from kb.core.database import fetch_all
from kb.core.ids import new_id
from kb.core.unit_of_work import unit_of_work
from kb.hooks.kinds import KINDS
from kb.hooks.messages import DeliveryPlanned
from kb.hooks.news import News, list_news_of, list_untold_news
from kb.hooks.rules import NEWS_FOR

SWEPT_AFTER = timedelta(minutes=1)
"""What is younger is still in the hands of its own message."""

SWEPT_AT_ONCE = 500


async def plan_deliveries(kind: str, of_id: UUID) -> int:
    """Write down that webhooks are to be told; returns how many are told now. Safe to repeat.

    Nothing that is told stands in these rows: it is read, and judged, when it is sent.
    """
    planned = 0
    for audience, webhooks in (await _list_wanting(kind)).items():
        planned += await _plan(webhooks, await list_news_of(kind, of_id, audience))
    return planned


async def sweep_unplanned(*, at_once: int = SWEPT_AT_ONCE) -> int:
    """Plan what a lost message, or a moderator who let something through, left untold for up to a day."""
    planned, until = 0, now() - SWEPT_AFTER
    for kind in KINDS:
        for audience, webhooks in (await _list_wanting(kind)).items():
            for hook in webhooks:
                since = max(now() - NEWS_FOR, hook["created_at"])
                untold = await list_untold_news(kind, hook["id"], audience, since=since, until=until, limit=at_once)
                planned += await _plan([hook], untold)
    return planned


async def _list_wanting(kind: str) -> dict[str, list[asyncpg.Record]]:
    """Webhooks that are told of it, by whose eyes they stand for."""
    rows = await fetch_all(
        "select id, audience, created_at from webhook where $1 = any(kinds) and paused_at is null and deleted_at is null"
        " order by audience, id",
        kind,
    )
    found: dict[str, list[asyncpg.Record]] = {}
    for row in rows:
        found.setdefault(row["audience"], []).append(row)
    return found


async def _plan(webhooks: Sequence[asyncpg.Record], news: Sequence[News]) -> int:
    """What happened before a webhook was made, or too long ago, is no news to it."""
    young = now() - NEWS_FOR
    pairs = [
        (hook["id"], one) for one in news for hook in webhooks if one.happened_at >= max(hook["created_at"], young)
    ]
    if not pairs:
        return 0
    async with unit_of_work(SYSTEM) as unit:
        rows = await fetch_all(
            "insert into webhook_delivery (id, webhook_id, thing, kind, subject_id, happened_at, created_at, next_attempt_at)"
            " select u.id, u.webhook_id, u.thing, u.kind, u.subject_id, u.happened_at, $7, $7"
            " from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::timestamptz[])"
            "   as u (id, webhook_id, thing, kind, subject_id, happened_at)"
            " on conflict (webhook_id, thing) do nothing returning id",
            [new_id() for _ in pairs],
            [hook_id for hook_id, _ in pairs],
            [one.thing for _, one in pairs],
            [one.kind for _, one in pairs],
            [one.subject_id for _, one in pairs],
            [one.happened_at for _, one in pairs],
            unit.now,
        )
        for row in rows:
            unit.emit(DeliveryPlanned(row["id"]))
    return len(rows)
