"""What moderators do with a whole topic, and askers with their own: close, lock, pin, unlist, move, and each back again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Redirect

from kb.core.actor import Actor
from kb.core.errors import Conflict, Invalid
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.forum.access import access_topic_number
from kb.forum.closing import close_topic, lock_topic, reopen_topic
from kb.forum.moving import move_topic
from kb.forum.pinning import pin_topic, unpin_topic
from kb.forum.queries import get_topic_page
from kb.forum.spaces import list_spaces
from kb.forum.unlisting import list_topic_again, unlist_topic
from server.errors import STATUS
from server.forum.forms import read_text_fields
from server.pages import Page, flash, render
from server.security.guards import requires

ARRANGE = [requires(Permission.TOPIC_ARRANGE)]
ASK = [requires(Permission.TOPIC_ASK)]
Asked = Request[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class ArrangePage(Page):
    """A form about a whole topic. `typed` is a refused reason or the space it stands in; `spaces` are choices of (slug, name)."""

    number: int
    topic_title: str
    back: str
    typed: str = ""
    spaces: list[tuple[str, str]] = field(default_factory=list)
    errors: Mapping[str, str] = field(default_factory=dict)


@post("/t/{number:int}/closure", guards=ASK)
async def close(actor: Actor, number: int) -> Response[Any]:
    """The asker needs no answer any more."""
    topic = await access_topic_number(actor, number)
    await close_topic(actor, topic.id)
    return _back(topic.path, say("Closed. You can reopen it whenever you like."))


@post("/t/{number:int}/closure/removal", guards=ASK)
async def reopen(actor: Actor, number: int) -> Response[Any]:
    """Take replies again."""
    topic = await access_topic_number(actor, number)
    await reopen_topic(actor, topic.id)
    return _back(topic.path, say("The topic is open again."))


@get("/t/{number:int}/lock", guards=ARRANGE)
async def lock_form(request: Asked, actor: Actor, number: int) -> Response[Any]:
    """The form for the reason."""
    return render(request, "forum/lock_topic.html", await _page(actor, number, say("Lock the topic")))


@post("/t/{number:int}/lock", guards=ARRANGE)
async def lock(request: Asked, actor: Actor, number: int) -> Response[Any]:
    """Lock; a refusal shows the form again with what was typed."""
    topic = await access_topic_number(actor, number)
    reason = (await read_text_fields(request)).get("reason", "")
    try:
        await lock_topic(actor, topic.id, reason=reason)
    except Invalid as refusal:
        page = await _page(actor, number, say("Lock the topic"), typed=reason, errors=refusal.fields)
        return render(request, "forum/lock_topic.html", page, status=STATUS[Invalid])
    return _back(topic.path, say("Locked. Nobody can reply until a moderator reopens it."))


@post("/t/{number:int}/pin", guards=ARRANGE)
async def pin(request: Asked, actor: Actor, number: int) -> Response[Any]:
    """Pin in its space, or (`to` is "everywhere") on the front page, too."""
    topic = await access_topic_number(actor, number)
    to = (await read_text_fields(request)).get("to", "space")
    try:
        await pin_topic(actor, topic.id, everywhere=to == "everywhere")
    except Conflict as refusal:
        return flash(Redirect(topic.path, status_code=303), "bad", refusal.message)
    return _back(topic.path, say("Pinned: it stands first now."))


@post("/t/{number:int}/pin/removal", guards=ARRANGE)
async def unpin(actor: Actor, number: int) -> Response[Any]:
    """Back to its place."""
    topic = await access_topic_number(actor, number)
    await unpin_topic(actor, topic.id)
    return _back(topic.path, say("No longer pinned."))


@post("/t/{number:int}/unlisting", guards=ARRANGE)
async def unlist(actor: Actor, number: int) -> Response[Any]:
    """Out of every list."""
    topic = await access_topic_number(actor, number)
    await unlist_topic(actor, topic.id)
    return _back(topic.path, say("Unlisted: only who has its address finds it."))


@post("/t/{number:int}/unlisting/removal", guards=ARRANGE)
async def list_again(actor: Actor, number: int) -> Response[Any]:
    """Back into the lists."""
    topic = await access_topic_number(actor, number)
    await list_topic_again(actor, topic.id)
    return _back(topic.path, say("The topic is listed again."))


@get("/t/{number:int}/move", guards=ARRANGE)
async def move_form(request: Asked, actor: Actor, number: int) -> Response[Any]:
    """The spaces it could stand in."""
    return render(request, "forum/move_topic.html", await _page(actor, number, say("Move the topic"), moves=True))


@post("/t/{number:int}/move", guards=ARRANGE)
async def move(request: Asked, actor: Actor, number: int) -> Response[Any]:
    """Move; a refusal shows the form again."""
    topic = await access_topic_number(actor, number)
    space = (await read_text_fields(request)).get("space", "")
    try:
        await move_topic(actor, topic.id, space)
    except Invalid as refusal:
        page = await _page(actor, number, say("Move the topic"), typed=space, errors=refusal.fields, moves=True)
        return render(request, "forum/move_topic.html", page, status=STATUS[Invalid])
    return _back(topic.path, say("Moved. To undo it, move it back."))


async def _page(
    actor: Actor,
    number: int,
    title: str,
    *,
    typed: str | None = None,
    errors: Mapping[str, str] | None = None,
    moves: bool = False,
) -> ArrangePage:
    topic = (await get_topic_page(actor, number)).topic
    spaces = [(one.slug, one.name) for one in await list_spaces(actor) if not one.is_archived] if moves else []
    usual = topic.space_slug if moves else ""
    return ArrangePage(title, number, topic.title, topic.path, usual if typed is None else typed, spaces, errors or {})


def _back(path: str, text: str) -> Response[Any]:
    return flash(Redirect(path, status_code=303), "good", text)
