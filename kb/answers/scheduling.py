"""Publishing or archiving later: approved now, done at a time. What was approved is one revision; a later one is never published by it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kb.answers.access import READABLE_ARTICLE, ArticleFacts, access_article, readers
from kb.answers.addresses import article_path
from kb.answers.enough_people import ARTICLE_PEOPLE, check_enough_people
from kb.answers.publishing import access_with_original, check_publishable, has_published_original, read_approved
from kb.answers.rules import state_after
from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.errors import Conflict, Invalid, NotFound
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work

ScheduledAct = Literal["publish", "archive"]

FARTHEST = timedelta(days=2 * 366)
"""A date further ahead is a slip of the finger in the year."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When, and the time zone its editor meant it in: the name that is shown beside it."""

    at: datetime
    time_zone: str


@dataclass(frozen=True, slots=True)
class Scheduled:
    """What waits to be done with an article; `revision` is None where it is archived."""

    article_number: int
    slug: str
    title: str
    act: ScheduledAct
    revision: int | None
    due_at: datetime
    time_zone: str
    approved_by: str
    newest: int

    @property
    def path(self) -> str:
        """The article."""
        return article_path(self.article_number, self.slug)

    @property
    def local(self) -> datetime:
        """The time on the clocks of the zone it was meant in."""
        return self.due_at.astimezone(zone_of(self.time_zone) or UTC)


def zone_of(name: str) -> ZoneInfo | None:
    """The zone of this name; None for UTC, which needs no data of the system. Raises `Invalid` for a name it does not know."""
    if name in ("", "UTC"):
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid(
            say("The time zone is unknown."), {"time_zone": say("A name such as Europe/Berlin, or UTC.")}
        ) from None


def read_moment(typed: str, time_zone: str) -> Moment:
    """`2026-12-01T09:00` on the clocks of that zone. Raises `Invalid` by field, also for an hour that the clocks leave out."""
    zone = zone_of(time_zone.strip())
    try:
        local = datetime.fromisoformat(typed.strip())
    except ValueError:
        raise Invalid(say("The time cannot be read."), {"at": say("Choose a day and a time.")}) from None
    at = local.replace(tzinfo=zone or UTC).astimezone(UTC) if local.tzinfo is None else local.astimezone(UTC)
    if local.tzinfo is None and at.astimezone(zone or UTC).replace(tzinfo=None) != local:
        raise Invalid(say("The time cannot be read."), {"at": say("The clocks leave this hour out that night.")})
    return Moment(at, time_zone.strip() or "UTC")


async def schedule_publication(
    actor: Actor,
    article_id: UUID,
    *,
    revision: int,
    when: Moment,
    keeps_personal: bool = False,
    least_people: int = ARTICLE_PEOPLE,
) -> None:
    """Approve this revision now and show it to readers then. Takes the place of what waited; refuses as `publish_article` does."""
    actor.require(Permission.ARTICLE_PUBLISH)
    _check_ahead(when)
    async with unit_of_work(actor) as unit:
        article = await access_with_original(actor, article_id)
        check_publishable(article, revision)
        if not await has_published_original(article):
            raise Conflict(say("Publish the original first: a translation stands beside it."))
        await check_enough_people(article, article.visibility, least=least_people)
        approved = await read_approved(article, revision, keeps_personal=keeps_personal)
        await _plan(unit, article, "publish", revision, when)
        unit.audit(
            "article.schedule_publication",
            "article",
            article.id,
            revision=revision,
            due_at=when.at,
            time_zone=when.time_zone,
            kept_personal=approved.personal,
        )


async def schedule_archiving(actor: Actor, article_id: UUID, *, when: Moment) -> None:
    """Take it from readers then. Raises `Conflict` for one that is archived already."""
    actor.require(Permission.ARTICLE_PUBLISH)
    _check_ahead(when)
    async with unit_of_work(actor) as unit:
        article = await access_article(actor, article_id)
        state_after(article.state, "archive")
        await _plan(unit, article, "archive", None, when)
        unit.audit("article.schedule_archiving", "article", article.id, due_at=when.at, time_zone=when.time_zone)


async def cancel_schedule(actor: Actor, article_id: UUID, act: ScheduledAct) -> None:
    """What waited is not done. `NotFound` where nothing waits."""
    actor.require(Permission.ARTICLE_PUBLISH)
    async with unit_of_work(actor) as unit:
        article = await access_article(actor, article_id)
        if not await _settle_waiting(unit, article.id, act):
            raise NotFound(say("Nothing is planned for this article."))
        unit.audit("article.cancel_schedule", "article", article.id, act=act)


_LIST = f"""
select ar.number as article_number, ar.slug, coalesce(r.title, ar.title) as title, sc.act, sc.revision, sc.due_at, sc.time_zone,
    coalesce(p.name, '') as approved_by, ar.revision as newest
from article_schedule sc join article ar on ar.id = sc.article_id
left join article_revision r on r.article_id = ar.id and r.number = sc.revision
left join person p on p.id = sc.approved_by
where {READABLE_ARTICLE} and sc.state = 'waiting' and ($3::uuid is null or ar.id = $3) order by sc.due_at limit 200
"""


async def list_scheduled(actor: Actor, article_id: UUID | None = None) -> list[Scheduled]:
    """What waits, of one article or of all, the next first."""
    actor.require(Permission.ARTICLE_DRAFT)
    return [Scheduled(**row) for row in await fetch_all(_LIST, *readers(actor), article_id)]


async def find_last_zone(actor: Actor) -> str:
    """The time zone the person meant last; "" where they never planned anything."""
    return (
        await fetch_value(
            "select time_zone from article_schedule where approved_by = $1 order by created_at desc limit 1",
            actor.person_id,
        )
        or ""
    )


def _check_ahead(when: Moment) -> None:
    if when.at <= now():
        raise Invalid(say("This moment has passed."), {"at": say("Choose one that lies ahead, or do it now.")})
    if when.at > now() + FARTHEST:
        raise Invalid(say("This is too far ahead."), {"at": say("Choose a day within two years.")})


async def _plan(unit: UnitOfWork, article: ArticleFacts, act: ScheduledAct, revision: int | None, when: Moment) -> None:
    await _settle_waiting(unit, article.id, act)
    await execute(
        "insert into article_schedule (id, article_id, act, revision, due_at, time_zone, approved_by, created_at)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8)",
        new_id(),
        article.id,
        act,
        revision,
        when.at,
        when.time_zone,
        unit.actor.person_id,
        unit.now,
    )


async def _settle_waiting(unit: UnitOfWork, article_id: UUID, act: ScheduledAct) -> int:
    return await execute(
        "update article_schedule set state = 'cancelled', settled_at = $3 where article_id = $1 and act = $2 and state = 'waiting'",
        article_id,
        act,
        unit.now,
    )
