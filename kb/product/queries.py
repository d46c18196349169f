"""Reading issues."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import fetch_all
from kb.core.errors import NotFound
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.text.markdown import render_markdown


@dataclass(frozen=True, slots=True)
class IssueRow:
    """An issue in a list. `hurt` people are on its list, `told` of them know of the fix."""

    id: UUID
    number: int
    title: str
    state: str
    tracker: str
    external_id: str
    external_url: str
    cluster_number: int
    filed_by: str
    created_at: datetime
    closed_at: datetime | None
    filing_error: str
    hurt: int
    told: int


@dataclass(frozen=True, slots=True)
class IssueLine:
    """A line of an issue's history."""

    kind: str
    reason: str
    actor_name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class IssueView:
    """An issue's own page: the packet as filed, and what has happened since."""

    row: IssueRow
    body_html: str
    packet: dict[str, Any]
    history: tuple[IssueLine, ...]


_SELECT = """
select i.*, c.number as cluster_number, coalesce(p.name, 'Answerloop') as filer,
    (select count(*) from issue_person h where h.issue_id = i.id) as hurt,
    (select count(*) from issue_person h where h.issue_id = i.id and h.told_at is not null) as told
from issue i join cluster c on c.id = cluster_heir(i.cluster_id) left join person p on p.id = i.filed_by
where ($1::bigint is null or i.number = $1) and ($2::uuid is null or c.id = $2)
order by i.state in ('filing', 'open') desc, i.created_at desc limit 200
"""


async def list_issues(actor: Actor, *, cluster_id: UUID | None = None) -> list[IssueRow]:
    """Open ones first, then the newest; all, or those of one cluster."""
    actor.require(Permission.ISSUE_READ)
    return [_row(row) for row in await fetch_all(_SELECT, None, cluster_id)]


async def get_issue(actor: Actor, number: int) -> IssueView:
    """One issue. Raises `NotFound`."""
    actor.require(Permission.ISSUE_READ)
    rows = await fetch_all(_SELECT, number, None)
    if not rows:
        raise NotFound(say("There is no such issue."))
    lines = await fetch_all(
        "select kind, reason, actor_name, created_at from issue_event where issue_id = $1 order by id", rows[0]["id"]
    )
    return IssueView(
        row=_row(rows[0]),
        body_html=render_markdown(rows[0]["body_source"]).html,
        packet=json.loads(rows[0]["packet"]),
        history=tuple(
            IssueLine(line["kind"], line["reason"], line["actor_name"], line["created_at"]) for line in lines
        ),
    )


def _row(row: Any) -> IssueRow:
    return IssueRow(
        id=row["id"],
        number=row["number"],
        title=row["title"],
        state=row["state"],
        tracker=row["tracker"],
        external_id=row["external_id"] or "",
        external_url=row["external_url"] or "",
        cluster_number=row["cluster_number"],
        filed_by=row["filer"],
        created_at=row["created_at"],
        closed_at=row["closed_at"],
        filing_error=row["filing_error"] or "",
        hurt=row["hurt"],
        told=row["told"],
    )
