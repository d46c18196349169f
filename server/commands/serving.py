"""`answerloop serve`: the web process."""

import socket

import uvicorn

from kb.core.logging import set_up_logging
from server.app import create_app
from server.commands.surroundings import settings_for
from server.outreach.live import LiveFeed
from server.wiring import build_services


def serve() -> None:
    """Serve pages and the API on HOST:PORT. Needs DATABASE_URL and REDIS_URL.

    Example: DATABASE_URL=postgresql://… REDIS_URL=redis://… answerloop serve
    """
    settings = settings_for()
    set_up_logging(settings["LOG_LEVEL"])
    services = build_services(settings)
    config = uvicorn.Config(
        create_app(services),
        host=settings["HOST"],
        port=int(settings["PORT"]),
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=3,
    )
    WebServer(config, services.live).run()


class WebServer(uvicorn.Server):
    """uvicorn, which waits for open answers when told to stop: the live streams, which never end, are ended first."""

    def __init__(self, config: uvicorn.Config, live: LiveFeed) -> None:
        super().__init__(config)
        self._live = live

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, then do as ever."""
        self._live.end_streams()
        await super().shutdown(sockets)
