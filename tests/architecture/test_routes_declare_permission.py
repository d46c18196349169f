"""No route without a permission or an explicit word that it is public."""

from typing import Any

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler

FRAMEWORK = "litestar."
"""The schema pages are the framework's own and hold no data."""


def handlers_of(app: Litestar) -> list[HTTPRouteHandler]:
    """Each HTTP handler once."""
    found: dict[int, Any] = {}
    for route in app.routes:
        for handler in getattr(route, "route_handlers", [getattr(route, "route_handler", None)]):
            found[id(handler)] = handler
    return [handler for handler in found.values() if handler is not None]


def test_every_route_declares_a_permission_or_is_public(app: Litestar) -> None:
    undeclared = []
    for handler in handlers_of(app):
        declared = any(hasattr(guard, "permission") for guard in handler.resolve_guards())
        ours = not handler.fn.__module__.startswith(FRAMEWORK)
        if ours and not declared and not handler.opt.get("public"):
            undeclared.append(f"{sorted(handler.paths)} {handler.fn.__name__}")

    assert undeclared == []
    assert len(handlers_of(app)) >= 3
