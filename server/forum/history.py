"""What a post said before it was edited: read, compared, brought back; hidden by moderators."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, delete, get, post, put
from litestar.response import Redirect

from kb.core.actor import Actor
from kb.core.errors import Conflict
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.forum import rules
from kb.forum.addresses import history_path, post_path, topic_path
from kb.forum.editing import edit_post
from kb.forum.reverting import hide_version, restore_version, revert_post
from kb.forum.versions import History, get_history
from server.forum.forms import read_id
from server.lists import CursorIn, Items, LimitIn, listed
from server.pages import Page, flash, render
from server.security.guards import requires

READ = [requires(Permission.TOPIC_READ)]
WRITE = [requires(Permission.POST_WRITE)]
HIDE = [requires(Permission.TOPIC_HIDE)]


@dataclass(frozen=True, slots=True)
class HistoryPage(Page):
    """The versions of a post, and what the chosen one changed."""

    history: History
    reader: Actor

    @property
    def topic_path(self) -> str:
        """Where the post's topic is read."""
        return topic_path(self.history.number, self.history.slug)

    @property
    def post_path(self) -> str:
        """Leads back to the post."""
        return post_path(self.history.post_id)

    @property
    def is_newest(self) -> bool:
        """Whether the chosen version is what the post says now."""
        return self.history.chosen is not None and self.history.chosen == self.history.versions[0]

    @property
    def may_revert(self) -> bool:
        """Whether the chosen version can be brought back by this reader."""
        return not self.is_newest and rules.may_revert(self.reader, author_id=self.history.author_id)

    @property
    def may_hide(self) -> bool:
        """Whether the chosen version can be hidden by this reader."""
        return not self.is_newest and rules.may_hide(self.reader)


@dataclass(frozen=True, slots=True)
class EditIn:
    """What a program sends to edit its own post; `title` of first posts only, None keeps it."""

    body: str
    title: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class VersionOut:
    """A version in an answer."""

    id: UUID
    editor: str
    reason: str
    hidden: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class VersionTextOut:
    """A version with what it said."""

    version: VersionOut
    title: str | None
    body: str


@get("/posts/{post_id:str}/history", guards=READ)
async def show_history(request: Request[Any, Any, Any], actor: Actor, post_id: str, version: str = "") -> Response[Any]:
    """The history, with one version compared to the one before it."""
    history = await get_history(actor, read_id(post_id), read_id(version) if version else None)
    page = HistoryPage(say("History: {title}", title=history.topic_title), history, actor, robots="noindex")
    return render(request, "forum/history.html", page)


@post("/post-versions/{revision_id:uuid}/reversion", guards=WRITE)
async def revert(actor: Actor, revision_id: UUID) -> Response[Any]:
    """Bring an earlier version back."""
    post_id = await revert_post(actor, revision_id)
    response = Redirect(post_path(post_id), status_code=303)
    return flash(response, "good", say("The post says again what it said then. Nothing is lost: the history has both."))


@post("/post-versions/{revision_id:uuid}/hiding", guards=HIDE)
async def hide_one_version(actor: Actor, revision_id: UUID) -> Response[Any]:
    """Take a version from readers' sight."""
    post_id = await hide_version(actor, revision_id)
    return flash(_to_version(post_id, revision_id), "info", say("Hidden: only moderators see this version now."))


@post("/post-versions/{revision_id:uuid}/hiding/removal", guards=HIDE)
async def show_version_again(actor: Actor, revision_id: UUID) -> Response[Any]:
    """Bring it back into sight."""
    post_id = await restore_version(actor, revision_id)
    return flash(_to_version(post_id, revision_id), "good", say("The version is visible again."))


@put("/api/v1/posts/{post_id:uuid}", guards=WRITE, status_code=204)
async def api_edit_post(actor: Actor, post_id: UUID, data: EditIn) -> None:
    """Edit the caller's own post."""
    await edit_post(actor, post_id, data.body, title=data.title, reason=data.reason)


@get("/api/v1/posts/{post_id:uuid}/versions", guards=READ)
async def api_list_versions(
    actor: Actor, post_id: UUID, cursor: CursorIn = "", limit: LimitIn = 50
) -> Items[VersionOut]:
    """The versions of a post, newest first; none where it was never edited."""
    history = await get_history(actor, post_id)
    rows = [VersionOut(v.id, v.editor, v.reason, v.is_hidden, v.created_at) for v in history.versions]
    return listed(rows, lambda one: str(one.id), cursor=cursor, limit=limit)


@get("/api/v1/posts/{post_id:uuid}/versions/{revision_id:uuid}", guards=READ)
async def api_get_version(actor: Actor, post_id: UUID, revision_id: UUID) -> VersionTextOut:
    """What a version said."""
    history = await get_history(actor, post_id, revision_id)
    if history.chosen is None or history.text is None:
        raise Conflict(say("The post was never edited."))
    v = history.chosen
    return VersionTextOut(
        VersionOut(v.id, v.editor, v.reason, v.is_hidden, v.created_at), history.text.title, history.text.body
    )


@put("/api/v1/post-versions/{revision_id:uuid}/reversion", guards=WRITE, status_code=204)
async def api_revert(actor: Actor, revision_id: UUID) -> None:
    """Bring an earlier version back."""
    await revert_post(actor, revision_id)


@put("/api/v1/post-versions/{revision_id:uuid}/hiding", guards=HIDE, status_code=204)
async def api_hide_version(actor: Actor, revision_id: UUID) -> None:
    """Take a version from readers' sight."""
    await hide_version(actor, revision_id)


@delete("/api/v1/post-versions/{revision_id:uuid}/hiding", guards=HIDE)
async def api_restore_version(actor: Actor, revision_id: UUID) -> None:
    """Bring it back into sight."""
    await restore_version(actor, revision_id)


def _to_version(post_id: UUID, revision_id: UUID) -> Redirect:
    return Redirect(f"{history_path(post_id)}?version={revision_id}", status_code=303)
