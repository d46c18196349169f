"""Pages that look the same to everybody who is not signed in, kept for a moment so that a crowd costs one rendering.

What may be kept is decided twice. The route says so by rendering with `shared=True`, which leaves out every token and is ignored for
anybody known; and this layer neither reads nor fills the store for a request that carries a session, a key or a message to show.
"""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, HTTPResponseStartEvent, Message, Receive, Scope, Send

from kb.languages.offered import SOURCE
from server.languages.negotiating import visitor_language
from server.pages import FLASH_COOKIE, SHARED
from server.security.identifying import SESSION_COOKIE

KEPT = 2_000
"""Pages, the least recently read go first: some 60 MB at 30 kB each."""

_OWN_COOKIES = (f"{SESSION_COOKIE}=".encode(), f"{FLASH_COOKIE}=".encode())
_Key = tuple[str, bytes, bytes, str]
_LEFT_OUT = {b"set-cookie", b"content-length"}


@dataclass(frozen=True, slots=True)
class _Kept:
    """A page as it is sent. `until` is in seconds of the clock."""

    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    tag: bytes
    until: float


class SharedPages(ASGIMiddleware):
    """The store of one process. Any write this process takes from a person empties it; other processes catch up in `seconds`."""

    def __init__(
        self, seconds: float, default_language: str = SOURCE, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._seconds = seconds
        self._default_language = default_language
        self._clock = clock
        self._pages: OrderedDict[_Key, _Kept] = OrderedDict()
        self._writes = 0

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Answer from the store, or keep what the route answers if it may be kept."""
        if scope["type"] == ScopeType.WEBSOCKET or self._seconds <= 0:
            return await next_app(scope, receive, send)
        if scope["method"] != "GET":
            await next_app(scope, receive, send)
            if not _changes_no_page(scope["route_handler"].opt):
                self._forget_all()
            return None
        if _is_somebody(scope["headers"]):
            return await next_app(scope, receive, send)
        headers = dict(scope["headers"])
        language = visitor_language(scope["headers"], self._default_language)
        key = (scope["path"], scope.get("query_string", b""), headers.get(b"hx-request", b""), language)
        if page := self._find(key):
            return await _send_page(page, headers, send)
        return await next_app(scope, receive, self._keeping(key, send))

    def _forget_all(self) -> None:
        self._pages.clear()
        self._writes += 1

    def _find(self, key: _Key) -> _Kept | None:
        page = self._pages.get(key)
        if page is None or page.until <= self._clock():
            return None
        self._pages.move_to_end(key)
        return page

    def _keeping(self, key: _Key, send: Send) -> Send:
        """A `send` that holds a shared page back until it is whole, keeps it, and sends it with its tag; all else passes."""
        start: HTTPResponseStartEvent | None = None
        writes = self._writes
        parts: list[bytes] = []

        async def keep(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _is_shared(message):
                start = message
            elif start is None:
                await send(message)
            elif message["type"] == "http.response.body":
                parts.append(message.get("body", b""))
                if not message.get("more_body", False):
                    page = self._page(start["headers"], b"".join(parts))
                    if writes == self._writes:  # else it may show what somebody has just taken away
                        self._keep(key, page)
                    await _send_whole(page, send)

        return keep

    def _page(self, headers: Iterable[tuple[bytes, bytes]], body: bytes) -> _Kept:
        tag = b'"' + hashlib.blake2b(body, digest_size=12).hexdigest().encode() + b'"'
        kept = tuple((name, value) for name, value in headers if name.lower() not in _LEFT_OUT)
        return _Kept((*kept, (b"etag", tag)), body, tag, self._clock() + self._seconds)

    def _keep(self, key: _Key, page: _Kept) -> None:
        self._pages[key] = page
        self._pages.move_to_end(key)
        while len(self._pages) > KEPT:
            self._pages.popitem(last=False)


def _changes_no_page(opt: Mapping[str, Any]) -> bool:
    """Events of products, previews, and the drafts that are saved while people type: they come all the time."""
    return bool(opt.get("exclude_from_csrf") or opt.get("changes_no_page"))


def _is_somebody(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether the request says who it is, or has something to show that is for this browser alone."""
    return any(
        name == b"authorization" or (name == b"cookie" and any(own in value for own in _OWN_COOKIES))
        for name, value in headers
    )


def _is_shared(start: HTTPResponseStartEvent) -> bool:
    return start["status"] == 200 and dict(start["headers"]).get(b"cache-control") == SHARED.encode()


async def _send_page(page: _Kept, headers: dict[bytes, bytes], send: Send) -> None:
    """The page, or that the browser has it already."""
    if page.tag in headers.get(b"if-none-match", b""):
        kept = [(name, value) for name, value in page.headers if name not in {b"content-type"}]
        await send({"type": "http.response.start", "status": 304, "headers": kept})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    else:
        await _send_whole(page, send)


async def _send_whole(page: _Kept, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": _with_length(page)})
    await send({"type": "http.response.body", "body": page.body, "more_body": False})


def _with_length(page: _Kept) -> list[tuple[bytes, bytes]]:
    return [*page.headers, (b"content-length", str(len(page.body)).encode())]
