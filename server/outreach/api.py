"""Messages for programs and for the help widget."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from litestar import get, post

from kb.core.actor import Actor
from kb.core.cursors import read_cursor
from kb.core.permissions import Permission
from kb.outreach.composing import absolute
from kb.outreach.queries import InboxMessage, list_inbox, list_unread
from kb.outreach.seeing import mark_all_seen, mark_seen
from kb.text.plain import plain_from_html
from server.lists import CursorIn, Items, LimitIn, check_limit, page_of
from server.security.guards import requires
from server.wiring import Services

READ = [requires(Permission.MESSAGE_READ)]


@dataclass(frozen=True, slots=True)
class MessageOut:
    """A message in an answer; `html` is safe to show, `link` is absolute or null."""

    id: UUID
    subject: str
    text: str
    html: str
    link: str | None
    link_text: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class MessagesOut:
    """What waits to be seen, oldest first."""

    messages: list[MessageOut]


@dataclass(frozen=True, slots=True)
class InboxOut:
    """A message with its channel, and when it was seen; mail is read elsewhere and stays null."""

    message: MessageOut
    channel: str
    seen_at: datetime | None


@get("/api/v1/messages", guards=READ)
async def api_list_messages(actor: Actor, services: Services) -> MessagesOut:
    """The caller's unread messages."""
    unread = await list_unread(actor)
    return MessagesOut([message_out(message, services.settings.base_url) for message in unread])


@post("/api/v1/messages/{message_id:uuid}/seen", guards=READ, status_code=204)
async def api_see_message(actor: Actor, message_id: UUID) -> None:
    """The caller has seen it."""
    await mark_seen(actor, message_id)


@post("/api/v1/messages/seen", guards=READ, status_code=204)
async def api_see_all_messages(actor: Actor) -> None:
    """The caller has seen everything that waits."""
    await mark_all_seen(actor)


@get("/api/v1/inbox", guards=READ)
async def api_list_inbox(
    actor: Actor, services: Services, cursor: CursorIn = "", limit: LimitIn = 50
) -> Items[InboxOut]:
    """What was sent to the caller, newest first, seen or not."""
    most, base = check_limit(limit) + 1, services.settings.base_url
    found = await list_inbox(actor, before=read_cursor(cursor), limit=most)
    return page_of(
        found,
        lambda one: InboxOut(message_out(one, base), one.channel, one.seen_at),
        lambda one: (one.sent_at, one.id),
        limit=limit,
    )


def message_out(message: InboxMessage, base_url: str) -> MessageOut:
    """A message as programs get it."""
    return MessageOut(
        id=message.id,
        subject=message.subject,
        text=plain_from_html(message.html),
        html=message.html,
        link=absolute(message.link, base_url) or None,
        link_text=message.link_text,
        sent_at=message.sent_at,
    )
