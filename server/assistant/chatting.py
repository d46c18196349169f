"""Who talks, from a browser's cookie or from the headers of the help API, and what answers are looked for with."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Request, Response

from kb.assistant.access import Chatter, find_latest
from kb.assistant.finding import Means
from kb.assistant.starting import Started
from kb.core.actor import Actor
from kb.help.identifying import Caller
from server.security.visitors import hash_visitor
from server.wiring import Services

COOKIE = "answerloop_chat"
KEPT_FOR = 7 * 24 * 3600
"""Seconds a browser remembers its conversation; whoever comes later begins another one."""

HEADER = "x-chat-secret"


@dataclass(frozen=True, slots=True)
class Talker:
    """Somebody on our own page, with the conversation they are in, None before the first word."""

    chatter: Chatter
    conversation_id: UUID | None


async def talker_of(request: Request[Any, Any, Any], actor: Actor, services: Services) -> Talker:
    """By the cookie; a member without one goes on with what they had open elsewhere."""
    id_, _, secret = request.cookies.get(COOKIE, "").partition(".")
    chatter = Chatter(actor, "page", hash_visitor(request, services), secret=secret)
    try:
        return Talker(chatter, UUID(id_))
    except ValueError:
        return Talker(chatter, await find_latest(actor))


def remember(request: Request[Any, Any, Any], response: Response[Any], started: Started) -> None:
    """The browser goes on with this conversation. Scripts cannot read it."""
    value = f"{started.id}.{started.secret}"
    response.set_cookie(
        key=COOKIE,
        value=value,
        max_age=KEPT_FOR,
        path="/",
        httponly=True,
        samesite="lax",
        secure=request.app.state.services.settings.is_secure,
    )


def provide_chatter(request: Request[Any, Any, Any], caller: Caller) -> Chatter:
    """For the API's `chatter` parameter: the caller, and the secret of the conversation where nobody vouches for them."""
    secret = request.headers.get(HEADER, "")[:200]
    return Chatter(caller.actor, "widget", caller.visitor, caller.app, secret, caller.distinct_id)


def means_of(services: Services) -> Means:
    """How this installation looks for answers."""
    return Means(services.embedder, services.ways, services.settings.base_url)
