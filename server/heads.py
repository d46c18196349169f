"""HEAD for every address that answers GET: the same status and headers, nothing after them."""

from litestar.enums import HttpMethod, ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send


def answer_head(app: ASGIApp) -> ASGIApp:
    """The app, asked as if by GET: routes know nothing of HEAD, which monitors, crawlers and link checkers use."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.WEBSOCKET or scope["method"] != "HEAD":
            await app(scope, receive, send)
            return

        async def send_head(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        asked: HTTPScope = {**scope, "method": HttpMethod.GET}
        await app(asked, receive, send_head)

    return answer
