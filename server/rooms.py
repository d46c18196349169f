"""All routes, room by room: read it top to bottom to know what the service answers."""

from typing import Any

from server.dev.routes import show_styleguide
from server.forum.routes import FORUM_ROUTES
from server.health.routes import healthz, readyz
from server.static import static_files

ROUTES: list[Any] = [
    static_files,
    healthz,
    readyz,
    show_styleguide,
    *FORUM_ROUTES,
]
