"""What a customer is told on a product's page as it comes: a stream of its own, because the page is not ours and knows no session."""

import json
import re
from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import UUID

from litestar import Request, route
from litestar.response import ServerSentEvent
from litestar.response.sse import ServerSentEventMessage

from kb.core.actor import Actor
from kb.help.identifying import Caller
from kb.help.reading import find_answer_at
from kb.languages.telling import tell
from kb.outreach.composing import absolute
from kb.outreach.queries import InboxMessage
from kb.outreach.seeing import mark_seen
from kb.text.plain import plain_from_html
from kb.tickets.seeing import count_unread_tickets
from server.help.api import OPEN, direction_of
from server.help.callers import require_known
from server.languages.negotiating import language_of
from server.outreach.live import stream_messages
from server.wiring import Services


@route("/api/v1/help/live", http_method=["GET", "OPTIONS"], include_in_schema=False, **OPEN)
async def stream_live(request: Request[Any, Any, Any], services: Services, caller: Caller) -> ServerSentEvent:
    """Messages to this customer as they come, each with the answer it is about where everybody may read that.

    An event `unread` says how many of their tickets hold a reply they have not seen, at first and whenever it may have changed.
    """
    require_known(caller)
    services.live.check_room(caller.actor.person_id)

    async def present(message: InboxMessage) -> dict[str, Any]:
        return await _card(message, services.settings.base_url, language_of(request))

    return ServerSentEvent(stream_messages(caller.actor, services.live, present=present, also=_count_for(caller.actor)))


@route(
    "/api/v1/help/messages/{message_id:uuid}/seen",
    http_method=["POST", "OPTIONS"],
    status_code=204,
    include_in_schema=False,
    **OPEN,
)
async def see_message(caller: Caller, message_id: UUID) -> None:
    """It stood before the customer's eyes, or they put it away: it is not shown again."""
    require_known(caller)
    await mark_seen(caller.actor, message_id)


def _count_for(actor: Actor) -> Callable[[], AsyncIterator[ServerSentEventMessage]]:
    """How many of the customer's tickets hold a reply that waits, told anew whenever something of theirs changed."""

    async def count() -> AsyncIterator[ServerSentEventMessage]:
        told = {"count": await count_unread_tickets(actor)}
        yield ServerSentEventMessage(data=json.dumps(told), event="unread")

    return count


_TICKET = re.compile(r"/tickets/(\d{1,18})$")


async def _card(message: InboxMessage, base_url: str, language: str) -> dict[str, Any]:
    answer = await find_answer_at(message.link, base_url=base_url)
    return {
        "id": str(message.id),
        "title": message.subject,
        "text": plain_from_html(message.html),
        "url": absolute(message.link, base_url),
        "link": message.link_text,
        "ticket": int(found[1]) if (found := _TICKET.match(message.link or "")) else None,
        "answer": answer
        and {
            "id": str(answer.id),
            "title": answer.title,
            "why": tell(answer.why, language),
            "url": f"{base_url}{answer.path}",
            "author": answer.body.author,
            "licence": answer.body.licence,
            "body": answer.body.tree,
            "language": answer.body.language,
            "direction": direction_of(answer.body.language),
        },
    }
