"""Streams that never end, for tests that ask only whether they begin."""

from collections.abc import Iterable

from litestar import Litestar
from litestar.types import Message, Receive, Scope, Send


class BegunStreams:
    """The app, each of whose event streams is over for the caller as soon as it has begun; all else it answers in full.

    httpx hands over an answer once all of it is there, and tells the app of the end as a page's leaving would.
    """

    def __init__(self, app: Litestar) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_over = False

        async def send_until_begun(message: Message) -> None:
            nonlocal is_over
            if is_over:
                return
            await send(message)
            if message["type"] == "http.response.start" and _is_stream(message["headers"]):
                is_over = True
                await send({"type": "http.response.body", "body": b"", "more_body": False})

        await self._app(scope, receive, send_until_begun)


def _is_stream(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    return any(name.lower() == b"content-type" and b"event-stream" in kind for name, kind in headers)
