"""All routes, room by room: read it top to bottom to know what the service answers."""

from typing import Any

from server.health.routes import healthz, readyz
from server.static import static_files

ROUTES: list[Any] = [
    static_files,
    healthz,
    readyz,
]
