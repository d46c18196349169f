"""In-app messages on a product's page: a stream of its own, because the page is not ours and knows no session."""

from typing import Any
from uuid import UUID

from litestar import Request, route
from litestar.response import ServerSentEvent

from kb.core.errors import NotSignedIn
from kb.core.saying import say
from kb.help.identifying import Caller
from kb.help.reading import find_answer_at
from kb.languages.telling import tell
from kb.outreach.composing import absolute
from kb.outreach.queries import InboxMessage
from kb.outreach.seeing import mark_seen
from kb.text.plain import plain_from_html
from server.help.api import OPEN
from server.languages.negotiating import language_of
from server.outreach.live import stream_messages
from server.wiring import Services


@route("/api/v1/help/live", http_method=["GET", "OPTIONS"], include_in_schema=False, **OPEN)
async def stream_live(request: Request[Any, Any, Any], services: Services, caller: Caller) -> ServerSentEvent:
    """Messages to this customer as they come, each with the answer it is about where everybody may read that."""
    _require_known(caller)
    services.live.check_room(caller.actor.person_id)

    async def present(message: InboxMessage) -> dict[str, Any]:
        return await _card(message, services.settings.base_url, language_of(request))

    return ServerSentEvent(stream_messages(caller.actor, services.live, present=present))


@route(
    "/api/v1/help/messages/{message_id:uuid}/seen",
    http_method=["POST", "OPTIONS"],
    status_code=204,
    include_in_schema=False,
    **OPEN,
)
async def see_message(caller: Caller, message_id: UUID) -> None:
    """It stood before the customer's eyes, or they put it away: it is not shown again."""
    _require_known(caller)
    await mark_seen(caller.actor, message_id)


def _require_known(caller: Caller) -> None:
    if not caller.is_known:
        raise NotSignedIn(say("Messages are for customers the page can name."), {"token": say("missing")})


async def _card(message: InboxMessage, base_url: str, language: str) -> dict[str, Any]:
    answer = await find_answer_at(message.link, base_url=base_url)
    return {
        "id": str(message.id),
        "title": message.subject,
        "text": plain_from_html(message.html),
        "url": absolute(message.link, base_url),
        "link": message.link_text,
        "answer": answer
        and {
            "id": str(answer.id),
            "title": answer.title,
            "why": tell(answer.why, language),
            "url": f"{base_url}{answer.path}",
            "author": answer.body.author,
            "licence": answer.body.licence,
            "body": answer.body.tree,
        },
    }
