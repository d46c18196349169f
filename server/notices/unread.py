"""What the reader has not read yet: two lists, and everything marked as read at once."""

from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Redirect

from kb.core.actor import Actor
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.forum.reading import mark_all_read, take_back_all_read
from kb.notices.unread import (
    COUNTED,
    UnreadCounts,
    UnreadList,
    UnreadTopic,
    count_unread_and_new,
    list_new,
    list_unread,
)
from server.forum.api import TopicOut, topic_out
from server.lists import CursorIn, Items, LimitIn, check_limit, items_of
from server.pages import Page, flash, render
from server.security.guards import requires

READ = [requires(Permission.NOTICE_READ)]


@dataclass(frozen=True, slots=True)
class UnreadPage(Page):
    """One page of either list; `kind` is "unread" or "new"."""

    kind: str
    found: UnreadList
    counts: UnreadCounts
    is_first: bool

    @property
    def older(self) -> str:
        """Leads on, "" at the end."""
        return f"/{self.kind}?cursor={self.found.next_cursor}" if self.found.next_cursor else ""

    @property
    def tabs(self) -> list[tuple[str, str, str, bool]]:
        """(kind, address, count in words, whether it is this one)."""
        both = {"unread": self.counts.unread, "new": self.counts.new}
        return [
            (kind, f"/{kind}", f"{COUNTED}+" if count > COUNTED else str(count), kind == self.kind)
            for kind, count in both.items()
        ]


@dataclass(frozen=True, slots=True)
class UnreadOut:
    """A topic with unread posts: how many (100 at most) and where the first of them is found."""

    topic: TopicOut
    unread: int
    url: str


@get("/unread", guards=READ)
async def show_unread(request: Request[Any, Any, Any], actor: Actor, cursor: str = "") -> Response[Any]:
    """New posts in what the reader follows."""
    found = await list_unread(actor, cursor=cursor)
    page = UnreadPage(say("Unread"), "unread", found, await count_unread_and_new(actor), not cursor)
    return render(request, "notices/unread.html", page)


@get("/new", guards=READ)
async def show_new(request: Request[Any, Any, Any], actor: Actor, cursor: str = "") -> Response[Any]:
    """Topics the reader has not opened."""
    found = await list_new(actor, cursor=cursor)
    page = UnreadPage(say("New topics"), "new", found, await count_unread_and_new(actor), not cursor)
    return render(request, "notices/unread.html", page)


@post("/unread/all-read", guards=READ, opt={"changes_no_page": True})
async def mark_all(actor: Actor) -> Response[Any]:
    """Everything counts as read."""
    await mark_all_read(actor)
    return flash(Redirect("/unread", status_code=303), "good", say("Everything until now counts as read."))


@post("/unread/all-read/removal", guards=READ, opt={"changes_no_page": True})
async def take_back_mark(actor: Actor) -> Response[Any]:
    """It does not after all."""
    await take_back_all_read(actor)
    return flash(Redirect("/unread", status_code=303), "info", say("What you had not read is listed again."))


@get("/api/v1/unread", guards=READ)
async def api_list_unread(
    request: Request[Any, Any, Any], actor: Actor, cursor: CursorIn = "", limit: LimitIn = 30
) -> Items[UnreadOut]:
    """Topics the caller watches, tracks or takes part in, with posts they have not read."""
    return _out(request, await list_unread(actor, cursor=cursor, limit=check_limit(limit)))


@get("/api/v1/new", guards=READ)
async def api_list_new(
    request: Request[Any, Any, Any], actor: Actor, cursor: CursorIn = "", limit: LimitIn = 30
) -> Items[UnreadOut]:
    """Topics of the last two weeks the caller has not opened, but for what they muted."""
    return _out(request, await list_new(actor, cursor=cursor, limit=check_limit(limit)))


def _out(request: Request[Any, Any, Any], found: UnreadList) -> Items[UnreadOut]:
    return items_of(found.topics, found.next_cursor, lambda one: _topic_out(request, one))


def _topic_out(request: Request[Any, Any, Any], one: UnreadTopic) -> UnreadOut:
    base: str = request.app.state.services.settings.base_url
    return UnreadOut(topic_out(request, one.topic, one.topic.is_solved), one.unread, base + one.path)
