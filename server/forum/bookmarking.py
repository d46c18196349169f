"""Bookmarks: kept with one press, listed, and given a note and a time to be reminded."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Request, Response, delete, get, post, put
from litestar.response import Redirect

from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.errors import Invalid
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.forum.bookmarking import annotate_bookmark, bookmark_post, remove_bookmark
from kb.forum.bookmarks import Bookmark, BookmarkList, get_bookmark, list_bookmarks
from server.forum.forms import read_id
from server.lists import CursorIn, Items, LimitIn, check_limit, items_of
from server.moments import in_utc
from server.pages import Page, flash, render
from server.security.guards import requires

KEEP = [requires(Permission.BOOKMARK_KEEP)]

WAITS = {
    "hours": timedelta(hours=3),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
    "month": timedelta(days=30),
}
"""From now; what a form calls them."""

MORNING = time(8, tzinfo=UTC)
"""When a reminder for a day is given, where no hour was said."""


@dataclass(frozen=True, slots=True)
class BookmarksPage(Page):
    """What the reader keeps. `text` is what was looked for; `only` is "reminders" or ""."""

    found: BookmarkList
    text: str
    only: str
    is_first: bool

    @property
    def older(self) -> str:
        """Leads on, "" at the end."""
        return bookmarks_path(self.text, self.only, self.found.next_cursor) if self.found.next_cursor else ""

    @property
    def first(self) -> str:
        """The first page of the same list."""
        return bookmarks_path(self.text, self.only)


@dataclass(frozen=True, slots=True)
class BookmarkPage(Page):
    """One bookmark to be changed, as kept or as typed and refused. `day` is as the field holds it."""

    bookmark: Bookmark
    note: str
    when: str = "keep"
    day: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BookmarkTogglePage(Page):
    """The pressed button in its new state."""

    post_path: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class BookmarkIn:
    """A note for oneself, and when to be reminded; null for never."""

    note: str = ""
    remind_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class BookmarkOut:
    """A post that is kept; `url` leads to it."""

    post_id: UUID
    title: str
    excerpt: str
    author: str
    url: str
    note: str
    remind_at: datetime | None
    was_reminded: bool
    created_at: datetime


def bookmarks_path(text: str = "", only: str = "", cursor: str = "") -> str:
    """The address of a part of the list."""
    wanted = {name: value for name, value in (("q", text), ("only", only), ("cursor", cursor)) if value}
    return f"/bookmarks?{urlencode(wanted)}" if wanted else "/bookmarks"


@get("/bookmarks", guards=KEEP)
async def show_bookmarks(
    request: Request[Any, Any, Any], actor: Actor, q: str = "", only: str = "", cursor: str = ""
) -> Response[Any]:
    """What the reader keeps."""
    found = await list_bookmarks(actor, text=q, only_waiting=only == "reminders", cursor=cursor)
    page = BookmarksPage(say("Bookmarks"), found, q, only, not cursor)
    return render(request, "forum/bookmarks.html", page)


@post("/posts/{post_id:str}/bookmark", guards=KEEP)
async def keep(request: Request[Any, Any, Any], actor: Actor, post_id: str) -> Response[Any]:
    """Keep a post."""
    await bookmark_post(actor, read_id(post_id))
    return _toggled(request, post_id, True, say("Kept among your bookmarks."))


@post("/posts/{post_id:str}/bookmark/removal", guards=KEEP)
async def drop(request: Request[Any, Any, Any], actor: Actor, post_id: str) -> Response[Any]:
    """Keep it no longer."""
    await remove_bookmark(actor, read_id(post_id))
    if (await request.form()).get("next") == "/bookmarks":
        return flash(Redirect("/bookmarks", status_code=303), "info", say("The bookmark is removed."))
    return _toggled(request, post_id, False, say("The bookmark is removed."))


@get("/posts/{post_id:str}/bookmark", guards=KEEP)
async def edit_bookmark(request: Request[Any, Any, Any], actor: Actor, post_id: str) -> Response[Any]:
    """Note and reminder."""
    bookmark = await get_bookmark(actor, read_id(post_id))
    return render(request, "forum/bookmark.html", BookmarkPage(say("Bookmark"), bookmark, bookmark.note))


@post("/posts/{post_id:str}/bookmark/note", guards=KEEP)
async def annotate(request: Request[Any, Any, Any], actor: Actor, post_id: str) -> Response[Any]:
    """Store both; a refusal shows the form again with what was typed."""
    bookmark = await get_bookmark(actor, read_id(post_id))
    form = {name: str(value) for name, value in (await request.form()).items()}
    note, when, day = form.get("note", ""), form.get("when", "keep"), form.get("day", "")
    try:
        await annotate_bookmark(actor, bookmark.id, note=note, remind_at=_moment(bookmark, when, day))
    except Invalid as refusal:
        page = BookmarkPage(say("Bookmark"), bookmark, note, when, day, refusal.fields)
        return render(request, "forum/bookmark.html", page, status=422)
    return flash(Redirect("/bookmarks", status_code=303), "good", say("The bookmark is changed."))


@get("/api/v1/bookmarks", guards=KEEP)
async def api_list_bookmarks(
    request: Request[Any, Any, Any],
    actor: Actor,
    q: str = "",
    only: str = "",
    cursor: CursorIn = "",
    limit: LimitIn = 30,
) -> Items[BookmarkOut]:
    """What the caller keeps; `q` looks in titles, notes and posts, `only=reminders` is for those still to come."""
    found = await list_bookmarks(
        actor, text=q, only_waiting=only == "reminders", cursor=cursor, limit=check_limit(limit)
    )
    return items_of(found.bookmarks, found.next_cursor, lambda one: _out(request, one))


@put("/api/v1/posts/{post_id:uuid}/bookmark", guards=KEEP)
async def api_keep_bookmark(
    request: Request[Any, Any, Any], actor: Actor, post_id: UUID, data: BookmarkIn
) -> BookmarkOut:
    """Keep a post, or change the note and reminder of one that is kept."""
    bookmark_id = await bookmark_post(actor, post_id)
    await annotate_bookmark(actor, bookmark_id, note=data.note, remind_at=in_utc(data.remind_at))
    return _out(request, await get_bookmark(actor, post_id))


@delete("/api/v1/posts/{post_id:uuid}/bookmark", guards=KEEP)
async def api_remove_bookmark(actor: Actor, post_id: UUID) -> None:
    """Keep a post no longer; doing it twice is fine."""
    await remove_bookmark(actor, post_id)


def _moment(bookmark: Bookmark, when: str, day: str) -> datetime | None:
    """The time a form asks for. Raises `Invalid` for a day that is none."""
    if when in WAITS:
        return now() + WAITS[when]
    if when == "never":
        return None
    if when == "keep":
        return bookmark.remind_at
    try:
        return datetime.combine(date.fromisoformat(day), MORNING)
    except ValueError as error:
        raise Invalid(say("The bookmark does not fit."), {"day": say("Choose a day.")}) from error


def _toggled(request: Request[Any, Any, Any], post_id: str, is_on: bool, said: str) -> Response[Any]:
    path = f"/posts/{read_id(post_id)}"
    if "hx-request" in request.headers:
        return render(request, "forum/_bookmark_toggle.html", BookmarkTogglePage(say("Bookmark"), path, is_on))
    return flash(Redirect(path, status_code=303), "good", said)


def _out(request: Request[Any, Any, Any], one: Bookmark) -> BookmarkOut:
    base: str = request.app.state.services.settings.base_url
    return BookmarkOut(
        one.post_id,
        one.title,
        one.excerpt,
        one.author,
        base + one.path,
        one.note,
        one.remind_at,
        one.was_reminded,
        one.created_at,
    )
