"""Conditional requests of the API: `ETag` and `If-None-Match` on reads, `If-Match` on changes of what can be read at the same address."""

import hashlib
from collections.abc import Iterable
from typing import Any

from litestar.datastructures import Headers
from litestar.enums import HttpMethod, ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, HTTPResponseStartEvent, HTTPScope, Message, Receive, Scope, Send

from kb.core.errors import PreconditionFailed
from kb.core.saying import say

FOR_NOBODY_ELSE = b"private, no-cache"
"""Kept by the caller alone, and asked for again each time: what is hidden is gone at once."""

CHANGES = {"PUT", "PATCH", "DELETE"}


class ConditionalApi(ASGIMiddleware):
    """A tag is a hash of the answer, so equal tags mean equal bytes. Streams and files pass untouched."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Tag a read; before a change, see that the caller knows what is there now."""
        if scope["type"] != ScopeType.HTTP or not scope["path"].startswith("/api/v1/"):
            return await next_app(scope, receive, send)
        headers = Headers.from_scope(scope)
        if scope["method"] == "GET":
            return await next_app(scope, receive, _tagging(headers.get("if-none-match", ""), send))
        if scope["method"] in CHANGES and (known := headers.get("if-match")):
            await _check_known(scope, known)
        return await next_app(scope, receive, send)


def tag_of(body: bytes) -> str:
    """The strong entity tag of an answer."""
    return f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'


def names(said: str, tag: str) -> bool:
    """Whether a list of tags, or `*`, names this one. A proxy that packed the body may have made the tag weak."""
    return said.strip() == "*" or any(one.strip().removeprefix("W/") == tag for one in said.split(","))


def _tagging(known: str, send: Send) -> Send:
    start: HTTPResponseStartEvent | None = None
    parts: list[bytes] = []

    async def tag(message: Message) -> None:
        nonlocal start
        if message["type"] == "http.response.start" and _is_json(message):
            start = message
        elif start is None:
            await send(message)
        elif message["type"] == "http.response.body":
            parts.append(message.get("body", b""))
            if not message.get("more_body", False):
                await _send_tagged(start, b"".join(parts), known, send)

    return tag


def _is_json(start: HTTPResponseStartEvent) -> bool:
    kind = dict(start["headers"]).get(b"content-type", b"")
    return start["status"] == 200 and kind.startswith(b"application/json")


async def _send_tagged(start: HTTPResponseStartEvent, body: bytes, known: str, send: Send) -> None:
    tag = tag_of(body)
    headers = [*_without(start["headers"], {b"etag"}), (b"etag", tag.encode())]
    said = {name for name, _ in headers}
    if b"cache-control" not in said:
        headers.append((b"cache-control", FOR_NOBODY_ELSE))
    if b"vary" not in said:
        headers.append((b"vary", b"Authorization, Cookie"))
    status = 200
    if known and names(known, tag):
        status, body, headers = 304, b"", _without(headers, {b"content-length", b"content-type"})
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def _without(headers: Iterable[tuple[bytes, bytes]], names_: set[bytes]) -> list[tuple[bytes, bytes]]:
    return [(name, value) for name, value in headers if name.lower() not in names_]


async def _check_known(scope: HTTPScope, known: str) -> None:
    """Ask this very app for what is there now, as the same caller. Raises `PreconditionFailed` unless `known` names it."""
    tag = await _tag_now(scope)
    if tag is None or not names(known, tag):
        raise PreconditionFailed(say("This was changed since you read it. Read it again, then send your change."))


async def _tag_now(scope: HTTPScope) -> str | None:
    found: dict[str, Any] = {"status": 0, "tag": None}

    async def no_body() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def listen(message: Message) -> None:
        if message["type"] == "http.response.start":
            found["status"] = message["status"]
            found["tag"] = dict(message["headers"]).get(b"etag", b"").decode()

    left_out = {b"if-match", b"if-none-match", b"idempotency-key", b"content-length", b"content-type"}
    asked: HTTPScope = {
        "type": ScopeType.HTTP,
        "asgi": scope["asgi"],
        "http_version": scope["http_version"],
        "scheme": scope["scheme"],
        "client": scope["client"],
        "server": scope["server"],
        "root_path": scope.get("root_path", ""),
        "path": scope["path"],
        "raw_path": scope["raw_path"],
        "query_string": b"",
        "headers": _without(scope["headers"], left_out),
        "method": HttpMethod.GET,
    }  # type: ignore[typeddict-item]
    await scope["litestar_app"](asked, no_body, listen)
    return found["tag"] if found["status"] == 200 else None
