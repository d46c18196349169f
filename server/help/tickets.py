"""A customer's own tickets on a product's page: read and answered there, without coming to the forum."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, route
from litestar.datastructures import UploadFile

from kb.core.errors import Invalid
from kb.core.saying import say
from kb.files.rules import MAX_BYTES, read_extensions
from kb.files.uploading import NewFile, upload_file
from kb.help.identifying import Caller
from kb.help.portable import portable_tree
from kb.outreach.seeing import mark_seen_at
from kb.tickets.access import find_ticket_id
from kb.tickets.answering import reply_to_ticket
from kb.tickets.queries import TicketMessageView, get_ticket
from kb.tickets.seeing import list_own_tickets, mark_ticket_seen
from server.help.api import OPEN
from server.help.callers import require_known
from server.lists import CursorIn, Items, LimitIn, listed
from server.wiring import Services

Asked = Request[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class OwnTicketOut:
    """One of the caller's tickets. `state` is open (our turn), pending (theirs) or solved; `is_unread`: a reply waits for them."""

    number: int
    subject: str
    state: str
    is_unread: bool
    url: str
    last_message_at: datetime


@dataclass(frozen=True, slots=True)
class TurnOut:
    """One message. `is_own` says that the caller wrote it; `body` is a tree of `[tag, children]`."""

    id: UUID
    author: str
    is_own: bool
    body: list[Any]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class OwnTicketWithTurns:
    """A ticket and its messages, oldest first."""

    number: int
    subject: str
    state: str
    url: str
    turns: list[TurnOut]


@dataclass(frozen=True, slots=True)
class TurnIn:
    """What the customer writes, as Markdown."""

    body: str = ""


@dataclass(frozen=True, slots=True)
class TurnWritten:
    """The message that was made."""

    id: UUID


@dataclass(frozen=True, slots=True)
class HelpFileOut:
    """A file that was kept; `markdown` shows it in what is written next. What no text uses is forgotten after two days."""

    name: str
    markdown: str


@route("/api/v1/help/tickets", http_method=["GET", "OPTIONS"], **OPEN)
async def api_list_own_tickets(
    services: Services, caller: Caller, cursor: CursorIn = "", limit: LimitIn = 30
) -> Items[OwnTicketOut]:
    """The newest tickets of the customer the token names, those with an unread reply first."""
    require_known(caller)
    rows = [
        OwnTicketOut(one.number, one.subject, one.state, one.is_unread, _url(services, one.number), one.last_message_at)
        for one in await list_own_tickets(caller.actor)
    ]
    return listed(rows, lambda one: str(one.number), cursor=cursor, limit=limit)


@route("/api/v1/help/tickets/{number:int}", http_method=["GET", "OPTIONS"], **OPEN)
async def api_get_own_ticket(services: Services, caller: Caller, number: int) -> OwnTicketWithTurns:
    """One of the customer's tickets with what was written in it."""
    require_known(caller)
    ticket = await get_ticket(caller.actor, number)
    base_url = services.settings.base_url
    turns = [_turn(one, base_url) for one in ticket.messages]
    return OwnTicketWithTurns(ticket.number, ticket.subject, ticket.state, _url(services, ticket.number), turns)


@route("/api/v1/help/tickets/{number:int}/messages", http_method=["POST", "OPTIONS"], status_code=201, **OPEN)
async def api_write_in_own_ticket(caller: Caller, number: int, data: TurnIn) -> TurnWritten:
    """The customer writes again; a solved ticket opens again."""
    require_known(caller)
    ticket_id = await find_ticket_id(caller.actor, number)
    return TurnWritten(await reply_to_ticket(caller.actor, ticket_id, data.body, "customer"))


@route("/api/v1/help/tickets/{number:int}/seen", http_method=["POST", "OPTIONS"], status_code=204, **OPEN)
async def api_see_own_ticket(caller: Caller, number: int) -> None:
    """Everything in it was before the customer's eyes: it counts as unread no more, nor does the message that told of it."""
    require_known(caller)
    await mark_ticket_seen(caller.actor, number)
    await mark_seen_at(caller.actor, f"/tickets/{number}")


@route("/api/v1/help/files", http_method=["POST", "OPTIONS"], status_code=201, **OPEN)
async def api_keep_file(request: Asked, services: Services, caller: Caller) -> HelpFileOut:
    """Keep a file of the customer for a ticket: multipart/form-data with the field `file`."""
    require_known(caller)
    sent = (await request.form()).get("file")
    if not isinstance(sent, UploadFile):
        raise Invalid(say("Choose a file."), {"file": say("Choose a file.")})
    new = NewFile(sent.filename, await sent.read(MAX_BYTES + 1))
    allowed = read_extensions(services.settings["UPLOAD_EXTENSIONS"])
    kept = await upload_file(caller.actor, new, store=services.files, allowed=allowed)
    return HelpFileOut(kept.name, kept.markdown)


def _turn(message: TicketMessageView, base_url: str) -> TurnOut:
    tree = portable_tree(message.html, base_url=base_url)
    return TurnOut(message.id, message.author, message.kind == "customer", tree, message.created_at)


def _url(services: Services, number: int) -> str:
    return f"{services.settings.base_url}/tickets/{number}"
