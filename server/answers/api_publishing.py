"""From draft to readers through /api/v1: review, returning, publishing now or at a time, archiving."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from litestar import delete, get, post, put

from kb.answers.access import find_article_id
from kb.answers.publishing import archive_article, publish_article, restore_article
from kb.answers.returning import list_returns, return_article
from kb.answers.reviewing import submit_article
from kb.answers.scheduling import (
    Moment,
    Scheduled,
    cancel_schedule,
    list_scheduled,
    read_moment,
    schedule_archiving,
    schedule_publication,
)
from kb.core.actor import Actor
from kb.core.permissions import Permission
from server.lists import CursorIn, Items, LimitIn, listed
from server.security.guards import requires
from server.wiring import Services

DRAFT = [requires(Permission.ARTICLE_DRAFT)]
PUBLISH = [requires(Permission.ARTICLE_PUBLISH)]


@dataclass(frozen=True, slots=True)
class PublicationIn:
    """The revision whose changes the caller has seen. `keeps_personal` says that what looks personal may stay."""

    revision: int
    keeps_personal: bool = False


@dataclass(frozen=True, slots=True)
class PlannedPublicationIn:
    """The same for a time: `at` as 2026-12-01T09:00 on the clocks of `time_zone`, or with an offset of its own."""

    revision: int
    at: str
    time_zone: str = "UTC"
    keeps_personal: bool = False


@dataclass(frozen=True, slots=True)
class PlannedArchivingIn:
    """When readers stop finding it; the time is read as for publishing."""

    at: str
    time_zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class ReturnIn:
    """The revision looked at, and what is missing."""

    revision: int
    reason: str


@dataclass(frozen=True, slots=True)
class ReturnOut:
    """A revision that was handed back."""

    revision: int
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ScheduledOut:
    """What waits. `due_at` is in UTC, `time_zone` the one it was meant in; `revision` is null for archiving."""

    number: int
    title: str
    act: Literal["publish", "archive"]
    revision: int | None
    due_at: datetime
    time_zone: str
    approved_by: str


@post("/api/v1/articles/{number:int}/submission", guards=DRAFT, status_code=204)
async def api_submit_article(actor: Actor, number: int) -> None:
    """Ask for the draft to be reviewed."""
    await submit_article(actor, await find_article_id(actor, number))


@get("/api/v1/articles/{number:int}/returns", guards=DRAFT)
async def api_list_returns(actor: Actor, number: int, cursor: CursorIn = "", limit: LimitIn = 50) -> Items[ReturnOut]:
    """Every time a revision of it was handed back, the latest first."""
    returns = await list_returns(actor, await find_article_id(actor, number))
    rows = [ReturnOut(one.revision, one.reason, one.by, one.at) for one in returns]
    return listed(rows, lambda one: f"{one.revision} {one.at.isoformat()}", cursor=cursor, limit=limit)


@post("/api/v1/articles/{number:int}/returns", guards=PUBLISH, status_code=204)
async def api_return_article(actor: Actor, number: int, data: ReturnIn) -> None:
    """Hand the newest revision back to its author, who is told why."""
    await return_article(actor, await find_article_id(actor, number), revision=data.revision, reason=data.reason)


@put("/api/v1/articles/{number:int}/publication", guards=PUBLISH, status_code=204)
async def api_publish_article(actor: Actor, services: Services, number: int, data: PublicationIn) -> None:
    """Show this revision to readers. 409 where a newer one was saved meanwhile; 422 for what looks personal, and for a text from
    tickets that too few people asked about to be read outside staff (setting `LABEL_PEOPLE`)."""
    article_id, least = await find_article_id(actor, number), services.settings.label_people
    await publish_article(
        actor, article_id, revision=data.revision, keeps_personal=data.keeps_personal, least_people=least
    )


@delete("/api/v1/articles/{number:int}/publication", guards=PUBLISH)
async def api_archive_article(actor: Actor, number: int) -> None:
    """Take it from readers' sight; its address says 410 from then on."""
    await archive_article(actor, await find_article_id(actor, number))


@post("/api/v1/articles/{number:int}/restoration", guards=PUBLISH, status_code=204)
async def api_restore_article(actor: Actor, number: int) -> None:
    """Make an archived article a draft again."""
    await restore_article(actor, await find_article_id(actor, number))


@get("/api/v1/article-schedule", guards=DRAFT)
async def api_list_scheduled(actor: Actor, cursor: CursorIn = "", limit: LimitIn = 50) -> Items[ScheduledOut]:
    """All that waits to be published or archived, the next first."""
    rows = [_scheduled(one) for one in await list_scheduled(actor)]
    return listed(rows, lambda one: f"{one.number} {one.act}", cursor=cursor, limit=limit)


@get("/api/v1/articles/{number:int}/schedule", guards=DRAFT)
async def api_get_schedule(
    actor: Actor, number: int, cursor: CursorIn = "", limit: LimitIn = 50
) -> Items[ScheduledOut]:
    """What waits for one article."""
    found = await list_scheduled(actor, await find_article_id(actor, number))
    rows = [_scheduled(one) for one in found]
    return listed(rows, lambda one: f"{one.number} {one.act}", cursor=cursor, limit=limit)


@put("/api/v1/articles/{number:int}/schedule/publish", guards=PUBLISH)
async def api_plan_publication(
    actor: Actor, services: Services, number: int, data: PlannedPublicationIn
) -> dict[str, list[ScheduledOut]]:
    """Approve this revision for a time; it takes the place of what waited. A later revision is never published by it."""
    when, article_id = _read(data), await find_article_id(actor, number)
    await schedule_publication(
        actor,
        article_id,
        revision=data.revision,
        when=when,
        keeps_personal=data.keeps_personal,
        least_people=services.settings.label_people,
    )
    return {"scheduled": [_scheduled(one) for one in await list_scheduled(actor, article_id)]}


@put("/api/v1/articles/{number:int}/schedule/archive", guards=PUBLISH)
async def api_plan_archiving(actor: Actor, number: int, data: PlannedArchivingIn) -> dict[str, list[ScheduledOut]]:
    """Archive it at a time."""
    when, article_id = _read(data), await find_article_id(actor, number)
    await schedule_archiving(actor, article_id, when=when)
    return {"scheduled": [_scheduled(one) for one in await list_scheduled(actor, article_id)]}


@delete("/api/v1/articles/{number:int}/schedule/publish", guards=PUBLISH)
async def api_call_off_publication(actor: Actor, number: int) -> None:
    """What waited to be published is not."""
    await cancel_schedule(actor, await find_article_id(actor, number), "publish")


@delete("/api/v1/articles/{number:int}/schedule/archive", guards=PUBLISH)
async def api_call_off_archiving(actor: Actor, number: int) -> None:
    """It stays with readers."""
    await cancel_schedule(actor, await find_article_id(actor, number), "archive")


def _read(data: PlannedPublicationIn | PlannedArchivingIn) -> Moment:
    return read_moment(data.at, data.time_zone)


def _scheduled(one: Scheduled) -> ScheduledOut:
    return ScheduledOut(
        one.article_number, one.title, one.act, one.revision, one.due_at, one.time_zone, one.approved_by
    )
