"""The app on a real port in this process, for browsers and SDKs; the test shares its database."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator

import uvicorn
from litestar import Litestar

STREAMS_END = 2
"""Seconds a browser that a failed test left open may keep its live line: without an end the server would wait for it for ever."""


class _Server(uvicorn.Server):
    """uvicorn without its signal handlers: Ctrl-C belongs to pytest."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def serve_app(app: Litestar) -> AsyncIterator[str]:
    """Serve until the block ends; yields the address, on a port the system chose."""
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=0,
        log_level="warning",
        lifespan="off",
        access_log=False,
        timeout_graceful_shutdown=STREAMS_END,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
        if serving.done():
            serving.result()
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await serving
