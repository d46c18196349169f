"""Notices, watch levels and preferences for programs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from litestar import Request, get, post, put

from kb.core.actor import Actor
from kb.core.permissions import Permission
from kb.languages.telling import tell
from kb.notices.preferring import get_preferences, set_preferences
from kb.notices.queries import NoticeView, count_unseen, list_notices
from kb.notices.seeing import mark_all_notices_seen, mark_notice_seen
from kb.notices.unread import count_unread_and_new
from kb.notices.watching import (
    get_space_watch,
    get_tag_watch,
    get_topic_watch,
    list_watches,
    watch_space,
    watch_tag,
    watch_topic,
)
from kb.notices.wording import explanation_of, headline_of
from kb.outreach.queries import count_unread as count_messages
from server.languages.negotiating import language_of
from server.lists import CursorIn, Items, LimitIn, check_limit, part_of
from server.security.guards import requires
from server.wiring import Services

READ = [requires(Permission.NOTICE_READ)]
Level = Literal["watching", "tracking", "normal", "muted"]


@dataclass(frozen=True, slots=True)
class NoticeOut:
    """A notice. `headline` and `text` are plain text, `path` is below the base address; `duplicate_id` where it is of one."""

    id: UUID
    kind: str
    headline: str
    text: str
    path: str
    duplicate_id: UUID | None
    created_at: datetime
    is_unseen: bool


@dataclass(frozen=True, slots=True)
class NoticesOut:
    """Newest first; `unseen` counts all that wait (99 at most)."""

    items: list[NoticeOut]
    next: str | None
    unseen: int


@dataclass(frozen=True, slots=True)
class WatchIn:
    """The level wanted."""

    level: Level


@dataclass(frozen=True, slots=True)
class WatchOut:
    """The level that holds; `chosen` is null where nobody chose and it follows from taking part or from the space."""

    level: str
    chosen: str | None


@dataclass(frozen=True, slots=True)
class ChoiceOut:
    """A level that the caller chose. `kind` is topic, space or tag."""

    kind: str
    title: str
    url: str
    level: str


@dataclass(frozen=True, slots=True)
class WaitingOut:
    """Notices not seen, messages not seen, topics with unread posts, and topics never opened."""

    notices: int
    messages: int
    unread: int
    new: int


@dataclass(frozen=True, slots=True)
class Preference:
    """How one kind of notice reaches the caller on one channel; `digest` is a kind on `email`."""

    kind: str
    channel: str
    choice: str


@dataclass(frozen=True, slots=True)
class Preferences:
    """The whole table, or, sent in, the lines to change."""

    preferences: list[Preference]


@get("/api/v1/notices", guards=READ)
async def api_list_notices(
    request: Request[Any, Any, Any], actor: Actor, only: str = "", cursor: CursorIn = "", limit: LimitIn = 50
) -> NoticesOut:
    """What the caller was told, in their language; `only=unseen` for what waits."""
    language = language_of(request)
    found = await list_notices(actor, only_unseen=only == "unseen", cursor=cursor, limit=check_limit(limit))
    return NoticesOut(
        [_out(one, language) for one in found.notices], found.next_cursor or None, await count_unseen(actor)
    )


@post("/api/v1/notices/{notice_id:uuid}/seen", guards=READ, status_code=204)
async def api_see_notice(actor: Actor, notice_id: UUID) -> None:
    """The caller has seen it."""
    await mark_notice_seen(actor, notice_id)


@post("/api/v1/notices/seen", guards=READ, status_code=204)
async def api_see_all_notices(actor: Actor) -> None:
    """The caller has seen everything."""
    await mark_all_notices_seen(actor)


@get("/api/v1/topics/{number:int}/watch", guards=READ)
async def api_get_topic_watch(actor: Actor, number: int) -> WatchOut:
    """How much the caller hears of a topic."""
    state = await get_topic_watch(actor, number)
    return WatchOut(state.level, state.chosen)


@put("/api/v1/topics/{number:int}/watch", guards=READ)
async def api_watch_topic(actor: Actor, number: int, data: WatchIn) -> WatchOut:
    """Choose."""
    state = await watch_topic(actor, number, data.level)
    return WatchOut(state.level, state.chosen)


@get("/api/v1/tags/{slug:str}/watch", guards=READ)
async def api_get_tag_watch(actor: Actor, slug: str) -> WatchOut:
    """How much the caller hears of topics with a tag."""
    state = await get_tag_watch(actor, slug)
    return WatchOut(state.level, state.chosen)


@put("/api/v1/tags/{slug:str}/watch", guards=READ)
async def api_watch_tag(actor: Actor, slug: str, data: WatchIn) -> WatchOut:
    """Choose."""
    state = await watch_tag(actor, slug, data.level)
    return WatchOut(state.level, state.chosen)


@get("/api/v1/spaces/{slug:str}/watch", guards=READ)
async def api_get_space_watch(actor: Actor, slug: str) -> WatchOut:
    """How much the caller hears of a space."""
    state = await get_space_watch(actor, slug)
    return WatchOut(state.level, state.chosen)


@put("/api/v1/spaces/{slug:str}/watch", guards=READ)
async def api_watch_space(actor: Actor, slug: str, data: WatchIn) -> WatchOut:
    """Choose."""
    state = await watch_space(actor, slug, data.level)
    return WatchOut(state.level, state.chosen)


@get("/api/v1/me/watches", guards=READ)
async def api_list_watches(
    actor: Actor, services: Services, cursor: CursorIn = "", limit: LimitIn = 50
) -> Items[ChoiceOut]:
    """What the caller chose for topics, spaces and tags, the latest first."""
    base = services.settings.base_url
    found = [ChoiceOut(one.kind, one.title, base + one.path, one.level) for one in await list_watches(actor)]
    return part_of(found, lambda one: one, lambda one: one.url, cursor=cursor, limit=limit)


@get("/api/v1/me/waiting", guards=READ)
async def api_count_waiting(actor: Actor) -> WaitingOut:
    """How much waits for the caller; each count stops at 100."""
    counts = await count_unread_and_new(actor)
    messages = await count_messages(actor) if actor.may(Permission.MESSAGE_READ) else 0
    return WaitingOut(await count_unseen(actor), messages, counts.unread, counts.new)


@get("/api/v1/me/notices", guards=READ)
async def api_get_preferences(actor: Actor) -> Preferences:
    """What the caller is told, and how."""
    return await _table(actor)


@put("/api/v1/me/notices", guards=READ)
async def api_set_preferences(actor: Actor, data: Preferences) -> Preferences:
    """Choose; lines not sent stay as they are. The answer is the whole table."""
    await set_preferences(actor, {(line.kind, line.channel): line.choice for line in data.preferences})
    return await _table(actor)


async def _table(actor: Actor) -> Preferences:
    return Preferences([Preference(*pair, choice) for pair, choice in (await get_preferences(actor)).items()])


def _out(notice: NoticeView, language: str) -> NoticeOut:
    return NoticeOut(
        id=notice.id,
        kind=notice.kind,
        headline=tell(headline_of(notice), language),
        text=tell(explanation_of(notice), language),
        path=notice.path,
        duplicate_id=notice.duplicate_id,
        created_at=notice.created_at,
        is_unseen=notice.is_unseen,
    )
