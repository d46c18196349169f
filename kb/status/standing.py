"""The incidents that stand, from memory: every page of the forum and every page a widget is on asks for them."""

import time
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kb.core.database import DB, fetch_all
from kb.text.plain import plain_from_html

FRESH_SECONDS = 10.0
"""How long another process may not have heard of an incident: nothing beside the minutes it takes to write one."""

MOST = 100
"""Read at once, whichever products they concern: each product's own and the worst of all must be among them."""

TEXT_LENGTH = 300


@dataclass(frozen=True, slots=True)
class Standing:
    """An incident that is not over. `text` is the beginning of its newest update, without markup; `app_id` None concerns all products."""

    number: int
    title: str
    state: str
    impact: str
    text: str
    app_id: UUID | None
    started_at: datetime
    updated_at: datetime


_known: tuple[int, float, tuple[Standing, ...]] | None = None


def forget_standing() -> None:
    """Read again at the next question; for whoever has just written, and for tests."""
    global _known
    _known = None


async def list_standing(app_id: UUID | None = None) -> tuple[Standing, ...]:
    """Those that stand, the newest first; with a product, those that concern it."""
    global _known
    if _known is None or _known[0] != id(DB.pool) or time.monotonic() - _known[1] > FRESH_SECONDS:
        _known = (id(DB.pool), time.monotonic(), await _read())
    return tuple(one for one in _known[2] if app_id is None or one.app_id in {None, app_id})


def standing_now() -> tuple[Standing, ...]:
    """What was known last, for whoever may not wait: `list_standing` brings it up to date."""
    return _known[2] if _known else ()


async def _read() -> tuple[Standing, ...]:
    rows = await fetch_all(
        "select i.number, i.title, i.state, i.impact, i.app_id, i.started_at, i.updated_at,"
        " (select u.body_html from incident_update u where u.incident_id = i.id order by u.created_at desc, u.id desc limit 1) as html"
        " from incident i where i.resolved_at is null order by i.started_at desc, i.id desc limit $1",
        MOST,
    )
    return tuple(
        Standing(
            row["number"],
            row["title"],
            row["state"],
            row["impact"],
            _begin(plain_from_html(row["html"] or "")),
            row["app_id"],
            row["started_at"],
            row["updated_at"],
        )
        for row in rows
    )


def _begin(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= TEXT_LENGTH else f"{line[: TEXT_LENGTH - 1].rstrip()}…"
