"""`Idempotency-Key` on writes of the API: the same request, sent again, gets the first answer again and writes nothing."""

import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import structlog
from litestar.datastructures import Headers
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from kb.core import once
from kb.core.actor import Actor
from kb.core.errors import Invalid, TooLarge
from kb.core.saying import say
from server.security.visitors import hash_visitor_of

log = structlog.get_logger()

SECRET_ANSWER = {"secret_answer": True}
"""`opt=SECRET_ANSWER`: the answer holds what is shown once and kept nowhere, so this write cannot be answered again."""

LONGEST_KEY = 255
UNDECIDED = {401, 403, 408, 425, 429}
"""Answers about who asks and when, not about what: the key may be used again."""

_KEPT_HEADERS = {"content-type", "location", "link", "etag"}


class AnswerOnce(ASGIMiddleware):
    """Stands inside the identification, because a key belongs to who sends it."""

    scopes = (ScopeType.HTTP,)

    def __init__(self, largest_body: int) -> None:
        self._largest_body = largest_body

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Pass on what names no key; else do it once."""
        key = Headers.from_scope(scope).get("idempotency-key")
        if key is None or scope["type"] != ScopeType.HTTP or not _is_write(scope):
            return await next_app(scope, receive, send)
        _check(key, scope["route_handler"].opt)
        body = await _read_whole(receive, self._largest_body)
        claimed = await once.claim(_owner(scope), _digest(key.encode()), _request(scope, body))
        if isinstance(claimed, once.Answer):
            return await _send(claimed, send, replayed=True)
        with once.doing(claimed):
            return await _do(claimed, scope, _again(body, receive), send, next_app)


async def _do(claimed: once.Claim, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
    """Have it done, and keep the answer before it is sent: who has heard it can ask for it again."""
    held: list[Message] = []

    async def hold(message: Message) -> None:
        held.append(message)

    try:
        await next_app(scope, receive, hold)
    except BaseException:
        await once.release(claimed)
        raise
    answer = _answer_of(held)
    if answer is None or answer.status in UNDECIDED or answer.status >= 500:
        await once.release(claimed)
    else:
        await once.keep_answer(claimed, answer)
    for message in held:
        await send(message)


def _is_write(scope: HTTPScope) -> bool:
    return scope["method"] not in {"GET", "HEAD", "OPTIONS"} and scope["path"].startswith("/api/v1/")


def _check(key: str, opt: Mapping[str, Any]) -> None:
    field = "Idempotency-Key"
    if opt.get("secret_answer"):
        reason = say("This answer is shown once and kept nowhere. Send the request without Idempotency-Key.")
        raise Invalid(reason, {field: reason})
    if not 1 <= len(key) <= LONGEST_KEY or not key.isascii() or not key.isprintable():
        reason = say("A key has 1 to {most} printable ASCII characters; a UUID is a good one.", most=LONGEST_KEY)
        raise Invalid(reason, {field: reason})


async def _read_whole(receive: Receive, most: int) -> bytes:
    parts, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise Invalid(say("The request ended before its body did."))
        part = message.get("body", b"")
        size += len(part)
        if size > most:
            raise TooLarge(say("At most {most} MB.", most=most // (1024 * 1024)))
        parts.append(part)
        more = message.get("more_body", False)
    return b"".join(parts)


def _again(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body once more, and then what comes after it."""
    is_given = False

    async def give() -> Any:
        nonlocal is_given
        if is_given:
            return await receive()
        is_given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return give


def _owner(scope: HTTPScope) -> bytes:
    """Who the key belongs to: a person with the same scopes; a stranger's network address and product key otherwise."""
    actor: Actor = scope["user"]
    if actor.person_id:
        scopes = "" if actor.scopes is None else ",".join(sorted(actor.scopes))
        return _digest(f"person|{actor.person_id}|{actor.scopes is None}|{scopes}".encode())
    said = Headers.from_scope(scope).get("authorization", "")
    return _digest(f"stranger|{hash_visitor_of(scope)}|{said}".encode())


def _request(scope: HTTPScope, body: bytes) -> bytes:
    """What is asked. The line between parts of a form is new each time it is sent, and says nothing."""
    kind = Headers.from_scope(scope).get("content-type", "")
    kind, _, boundary = kind.partition("boundary=")
    if boundary := boundary.partition(";")[0].strip('" '):
        body = body.replace(boundary.encode(), b"")
    asked = f"{scope['method']} {quote(scope['path'])}?{scope.get('query_string', b'').decode('latin-1')}\n{kind}\n"
    return _digest(asked.encode() + body)


def _digest(text: bytes) -> bytes:
    return hashlib.sha256(text).digest()


def _answer_of(held: list[Message]) -> once.Answer | None:
    status, headers, body = 0, {}, b""
    for message in held:
        if message["type"] == "http.response.start":
            status = message["status"]
            named = ((n.decode("latin-1").lower(), v.decode("latin-1")) for n, v in message["headers"])
            headers = {name: value for name, value in named if name in _KEPT_HEADERS}
        elif message["type"] == "http.response.body":
            body += message.get("body", b"")
    return once.Answer(status, headers, body) if status else None


async def _send(answer: once.Answer, send: Send, *, replayed: bool) -> None:
    headers = [(n.encode("latin-1"), v.encode("latin-1")) for n, v in answer.headers.items()]
    headers += [(b"content-length", str(len(answer.body)).encode())] if answer.status != 204 else []
    headers += [(b"idempotent-replayed", b"true")] if replayed else []
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body, "more_body": False})
