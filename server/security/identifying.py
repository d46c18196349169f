"""Who is calling: a session cookie for people, a bearer key for programs, nobody otherwise."""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult

from kb.core.actor import ANONYMOUS, Actor
from kb.languages.reading import ask_for_language
from kb.people.api_keys import find_key_actor
from kb.people.sessions import find_session_actor
from server.languages.negotiating import visitor_language

SESSION_COOKIE = "answerloop_session"


class IdentifyActor(AbstractAuthenticationMiddleware):
    """Sets `request.user` to an Actor.

    The API ignores cookies on unsafe methods, so that a foreign page cannot write through a visitor's session.
    """

    async def authenticate_request(self, connection: ASGIConnection[Any, Any, Any, Any]) -> AuthenticationResult:
        """Never refuses: a route's guard does, knowing what it needs."""
        actor = await _identify(connection)
        default = connection.app.state.services.settings["DEFAULT_LANGUAGE"]
        ask_for_language(actor.language or visitor_language(connection.scope["headers"], default))
        return AuthenticationResult(user=actor, auth=None)


async def _identify(connection: ASGIConnection[Any, Any, Any, Any]) -> Actor:
    scheme, _, key = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and key:
        return await find_key_actor(key) or ANONYMOUS
    token = connection.cookies.get(SESSION_COOKIE)
    if not token or not _cookie_counts(connection):
        return ANONYMOUS
    return await find_session_actor(token) or ANONYMOUS


def _cookie_counts(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    is_safe = connection.scope.get("method", "GET") in {"GET", "HEAD"}
    return is_safe or not connection.url.path.startswith("/api/")
