"""Any page of any site may call the help API: no cookie counts there, and nothing is answered that is not public or signed for."""

from typing import Any

from litestar.datastructures import MutableScopeHeaders
from litestar.middleware import ASGIMiddleware
from litestar.response.base import ASGIResponse
from litestar.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Content-Type, X-Write-Key, X-Identity-Token, X-Distinct-Id, X-Chat-Secret",
    "Access-Control-Max-Age": "86400",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


class AnyOrigin(ASGIMiddleware):
    """CORS without credentials, on refusals too: a widget that may not read a refusal cannot tell why it has nothing."""

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Answer the browser's question before it sends; add the headers to whatever the route answers."""

        async def send_open(message: Message) -> None:
            if message["type"] == "http.response.start":
                message.setdefault("headers", [])
                headers: Any = MutableScopeHeaders.from_message(message)
                for name, value in HEADERS.items():
                    headers[name] = value
            await send(message)

        if scope.get("method") == "OPTIONS":
            await ASGIResponse(status_code=204)(scope, receive, send_open)
        else:
            await next_app(scope, receive, send_open)
