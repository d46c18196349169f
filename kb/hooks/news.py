"""Reading what happened, as far as the eyes a webhook stands for may read it now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from kb.core.database import fetch_all, fetch_one
from kb.hooks.kinds import KINDS, Kind
from kb.hooks.rules import AUDIENCES


@dataclass(frozen=True, slots=True)
class News:
    """Something a webhook is told of once; `thing` names it."""

    thing: str
    kind: str
    subject_id: UUID
    happened_at: datetime


async def list_news_of(kind_name: str, of_id: UUID, audience: str) -> list[News]:
    """What a message about `of_id` says to this audience: nothing where they may not read it."""
    kind = KINDS[kind_name]
    rows = await fetch_all(f"{kind.rows} and {kind.of} = $2", AUDIENCES[audience], of_id)
    return [_news(kind, row) for row in rows]


async def list_untold_news(
    kind_name: str, webhook_id: UUID, audience: str, *, since: datetime, until: datetime, limit: int
) -> list[News]:
    """What happened in that time and no delivery of the webhook is about, oldest first."""
    kind = KINDS[kind_name]
    first = UUID(int=int(since.timestamp() * 1000) << 80)  # the least UUIDv7 of the moment
    rows = await fetch_all(
        f"select y.* from ({kind.rows} and {kind.recent} and $2::timestamptz is not null and $3::uuid is not null) y"
        " where y.happened_at >= $2 and y.happened_at < $4 and not exists (select from webhook_delivery d where d.webhook_id = $5"
        "   and d.thing = $6 || ':' || y.subject_id || case when y.once = '' then '' else ':' || y.once end)"
        f" order by y.happened_at limit {limit}",
        AUDIENCES[audience],
        since,
        first,
        until,
        webhook_id,
        kind.name,
    )
    return [_news(kind, row) for row in rows]


async def find_data(
    kind_name: str, subject_id: UUID, audience: str, *, thing: str, base_url: str
) -> Mapping[str, Any] | None:
    """What is said of it now; None where it is no longer so, or no longer to be read by this audience."""
    kind = KINDS[kind_name]
    row = await fetch_one(f"{kind.rows} and {kind.subject} = $2", AUDIENCES[audience], subject_id)
    if row is None or _news(kind, row).thing != thing:
        return None
    return kind.write(row, base_url)


def _news(kind: Kind, row: asyncpg.Record) -> News:
    thing = f"{kind.name}:{row['subject_id']}" + (f":{row['once']}" if row["once"] else "")
    return News(thing, kind.name, row["subject_id"], row["happened_at"])
