"""Reading incidents; all of them are for everybody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kb.core.cursors import Cursor
from kb.core.database import fetch_all
from kb.core.errors import NotFound
from kb.core.ids import possible_number
from kb.status.reporting import NO_INCIDENT

PAGE = 20


@dataclass(frozen=True, slots=True)
class UpdateView:
    """What was said at one time; `html` is safe."""

    state: str
    impact: str
    source: str
    html: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class IncidentView:
    """An incident with its updates, newest first. `product` is "" where it concerns all."""

    id: UUID
    number: int
    title: str
    state: str
    impact: str
    product: str
    started_at: datetime
    updated_at: datetime
    resolved_at: datetime | None
    updates: tuple[UpdateView, ...]

    @property
    def path(self) -> str:
        """Where it is read."""
        return incident_path(self.number)

    @property
    def is_standing(self) -> bool:
        """Whether it is not over."""
        return self.resolved_at is None


def incident_path(number: int) -> str:
    """An incident's page."""
    return f"/status/{number}"


INCIDENTS = """
select i.id, i.number, i.title, i.state, i.impact, coalesce(p.name, '') as product, i.started_at, i.updated_at, i.resolved_at,
    array(select row(u.state, u.impact, u.body_source, u.body_html, u.created_at) from incident_update u
        where u.incident_id = i.id order by u.created_at desc, u.id desc limit 100) as updates
from incident i left join product_app p on p.id = i.app_id
"""


async def list_incidents(*, before: Cursor | None = None, limit: int = PAGE) -> list[IncidentView]:
    """The newest first, those that stand and those that are over."""
    rows = await fetch_all(
        f"{INCIDENTS} where $1::timestamptz is null or (i.started_at, i.id) < ($1, $2)"
        " order by i.started_at desc, i.id desc limit $3",
        *(before or (None, None)),
        limit,
    )
    return incidents_of(rows)


async def get_incident(number: int) -> IncidentView:
    """Raises `NotFound`."""
    rows = await fetch_all(f"{INCIDENTS} where i.number = $1", possible_number(number))
    if not rows:
        raise NotFound(NO_INCIDENT)
    return incidents_of(rows)[0]


def incidents_of(rows: Sequence[Any]) -> list[IncidentView]:
    """What rows of `INCIDENTS` say."""
    return [IncidentView(**{**row, "updates": tuple(UpdateView(*one) for one in row["updates"])}) for row in rows]
