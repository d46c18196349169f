"""The permission a route asks for, written on the route line; a test finds a route without one."""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from kb.core.actor import Actor
from kb.core.permissions import Permission

PUBLIC = {"public": True}
"""`opt=PUBLIC`: a route anybody may call, with nothing behind it that has readers (sign-in, health, assets)."""

CHANGES_NO_PAGE = {"changes_no_page": True}
"""`opt=CHANGES_NO_PAGE`: a call that strangers' pages do not depend on, and that comes often; what is kept of them stays kept."""

Guard = Callable[[ASGIConnection[Any, Any, Any, Any], BaseRouteHandler], Awaitable[None]]


def requires(permission: Permission) -> Guard:
    """A guard that lets the actor in only with this permission. kb checks again, object by object.

    Whoever only may not do it for now (silenced, or a warning unread) is let in and refused by kb, which keeps their text first.
    A coroutine, because Litestar wraps plain functions and the wrapper would hide `permission` from the test that looks for it.
    """

    async def guard(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
        actor: Actor = connection.user
        if not actor.holds(permission):
            actor.require(permission)

    guard.permission = permission  # type: ignore[attr-defined]
    return guard
