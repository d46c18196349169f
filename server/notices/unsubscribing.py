"""The link at the end of a mail: looking at it ends nothing, one press or a mail program's one click does (RFC 8058)."""

from typing import Any

from litestar import Request, Response, get, post

from kb.core.saying import say
from kb.languages.telling import tell_list
from kb.notices.unsubscribing import Subscription, end_subscription, find_subscription
from server.languages.negotiating import language_of
from server.notices.pages import KIND_NAMES, UnsubscribePage
from server.pages import render
from server.security.guards import PUBLIC
from server.wiring import Services

ONE_CLICK = {**PUBLIC, "exclude_from_csrf": True}
"""The signed link is the permission: a mail program has neither a session nor a token of ours."""


@get("/unsubscribe/{token:str}", opt=PUBLIC)
async def show_subscription(request: Request[Any, Any, Any], services: Services, token: str) -> Response[Any]:
    """What the link would end."""
    found = await find_subscription(services.settings["SECRET_KEY"], token)
    return render(request, "notices/unsubscribe.html", _page(request, token, found, is_ended=False))


@post("/unsubscribe/{token:str}", opt=ONE_CLICK, status_code=200)
async def unsubscribe(request: Request[Any, Any, Any], services: Services, token: str) -> Response[Any]:
    """End it."""
    ended = await end_subscription(services.settings["SECRET_KEY"], token)
    return render(request, "notices/unsubscribe.html", _page(request, token, ended, is_ended=True))


def _page(
    request: Request[Any, Any, Any], token: str, subscription: Subscription, *, is_ended: bool
) -> UnsubscribePage:
    language = language_of(request)
    names = [KIND_NAMES[kind][0] if kind in KIND_NAMES else say("the digest") for kind in subscription.kinds]
    return UnsubscribePage(say("No more mail"), token, tell_list(names, language), is_ended)
