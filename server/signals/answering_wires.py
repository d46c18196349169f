"""What every wire needs of an answer: exactly 200, readable from any origin, and big bodies read off the event loop."""

import asyncio
from collections.abc import Callable
from typing import Any

from litestar import Request, Response
from litestar.datastructures import Headers, MutableScopeHeaders
from litestar.middleware import ASGIMiddleware
from litestar.response.base import ASGIResponse
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from kb.signals.ingesting import IngestReceipt, access_product, ingest_events
from kb.signals.wire.events import IncomingBatch

WIRE = {"public": True, "exclude_from_csrf": True}
"""`opt=WIRE`: events come from other sites' pages; the write key says whose they are, and no cookie counts."""

INLINE_BYTES = 32 * 1024
"""Reading this much takes about a millisecond; more is read in a thread, so that pages do not wait behind a batch."""


class MirrorOrigin(ASGIMiddleware):
    """CORS as the SDKs need it: the caller's origin and requested headers come back, on refusals too.

    A browser that may not read a refusal takes it for a network failure and sends again, up to ten times (loop.md 2b).
    """

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Answer the browser's question before it sends; add the headers to whatever the route answers."""
        asked = Headers.from_scope(scope)

        async def send_mirrored(message: Message) -> None:
            if message["type"] == "http.response.start":
                message.setdefault("headers", [])
                _mirror(asked, MutableScopeHeaders.from_message(message))
            await send(message)

        if scope.get("method") == "OPTIONS":
            # Any page may send: the write key is public, and nothing is read.
            await ASGIResponse(status_code=204)(scope, receive, send_mirrored)
        else:
            await next_app(scope, receive, send_mirrored)


def _mirror(asked: Headers, answer: Any) -> None:
    origin = asked.get("origin")
    if not origin:
        return
    answer["Access-Control-Allow-Origin"] = origin
    answer["Access-Control-Allow-Credentials"] = "true"
    answer["Access-Control-Allow-Methods"] = "GET, POST, OPTIONS"
    answer["Access-Control-Allow-Headers"] = (
        asked.get("access-control-request-headers") or "Content-Type, Authorization"
    )
    answer["Access-Control-Max-Age"] = "86400"
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer["Vary"] = "Origin"


async def take_in(body: bytes, read: Callable[[bytes], IncomingBatch], *, trusted: bool = False) -> IngestReceipt:
    """Read a body and store its events under the product of its write key. Returning means they are durable."""
    batch = await asyncio.to_thread(read, body) if len(body) > INLINE_BYTES else read(body)
    app = await access_product(batch.write_key)
    return await ingest_events(app, batch, trusted=trusted)


def query_of(request: Request[Any, Any, Any]) -> dict[str, str]:
    """The query's last value of each name."""
    return {name: values[-1] for name, values in request.query_params.dict().items() if values}


def ok(content: Any) -> Response[Any]:
    """Exactly 200: posthog-js sends a batch again that was answered 202 or 204."""
    return Response(content, status_code=200, media_type="application/json", headers={"Cache-Control": "no-store"})


def receipt_json(receipt: IngestReceipt) -> dict[str, Any]:
    """What is told of a batch; `status` is PostHog's word for taken."""
    refused = [{"index": one.index, "reason": one.reason} for one in receipt.refused]
    return {"status": 1, "accepted": receipt.accepted, "repeated": receipt.repeated, "refused": refused}
