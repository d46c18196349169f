"""The two processes of an installation: web and worker."""

import os
import sys

import uvicorn

from kb.core.logging import set_up_logging
from server.app import create_app
from server.commands.surroundings import settings_for
from server.wiring import build_services


def serve() -> None:
    """Serve pages and the API on HOST:PORT. Needs DATABASE_URL and REDIS_URL.

    Example: DATABASE_URL=postgresql://… REDIS_URL=redis://… answerloop serve
    """
    settings = settings_for()
    set_up_logging(settings["LOG_LEVEL"])
    app = create_app(build_services(settings))
    uvicorn.run(
        app,
        host=settings["HOST"],
        port=int(settings["PORT"]),
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=3,
    )


def work() -> None:
    """Deliver messages and run the schedule. Needs DATABASE_URL and REDIS_URL.

    Example: DATABASE_URL=postgresql://… REDIS_URL=redis://… answerloop work
    """
    os.execv(sys.executable, [sys.executable, "-m", "jobs"])  # noqa: S606 - a door does not import the other door
