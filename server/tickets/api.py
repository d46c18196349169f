"""Tickets for programs: /api/v1/tickets. What a program reads and writes obeys the same rules as the pages."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from litestar import Request, get, post

from kb.core.actor import Actor
from kb.core.cursors import read_cursor
from kb.core.permissions import Permission
from kb.desk.grammar import parse_filter
from kb.desk.views import DeskLine, list_tickets
from kb.tickets import queries
from kb.tickets.access import find_ticket_id, may_answer
from kb.tickets.acting import NO_ACTS, Acts
from kb.tickets.answering import reply_to_ticket
from kb.tickets.asking import NewTicket, open_ticket
from kb.tickets.queries import TicketLine, TicketMessageView, TicketView
from server.desk.forms import read_view
from server.lists import CursorIn, Items, LimitIn, check_limit, items_of, page_of
from server.security.guards import requires

Asked = Request[Any, Any, Any]
READ = [requires(Permission.TICKET_READ)]


@dataclass(frozen=True, slots=True)
class TicketOut:
    """A ticket in a list. `state` is open (our turn), pending (the customer's) or solved."""

    id: UUID
    number: int
    subject: str
    state: str
    channel: str
    requester: str
    assignee: str | None
    url: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class MessageOut:
    """One message: the Markdown as typed and its safe HTML. `kind` note is among agents alone."""

    id: UUID
    kind: str
    author: str
    body: str
    html: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class TicketWithMessages:
    """A ticket and its messages, oldest first."""

    ticket: TicketOut
    messages: list[MessageOut]


@dataclass(frozen=True, slots=True)
class TicketIn:
    """What a program sends to open a ticket. `body` is Markdown; `requester_id` only where an agent asks for somebody."""

    subject: str
    body: str
    page_url: str | None = None
    requester_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class MessageIn:
    """What a program sends to write in a ticket. Left out, `kind` is customer for one's own ticket, else agent.

    `acts` are done with the ticket in the same write as an agent's reply, for instance those of a macro that was taken into it.
    """

    body: str
    kind: Literal["customer", "agent", "note"] | None = None
    solves: bool = False
    acts: Acts = NO_ACTS


@dataclass(frozen=True, slots=True)
class TicketCreated:
    """What was made and where it stands. `number` is the ticket's."""

    id: UUID
    number: int
    url: str


@get("/api/v1/tickets", guards=READ)
async def api_list_tickets(
    request: Asked, actor: Actor, queue: str = "", cursor: CursorIn = "", limit: LimitIn = 50
) -> Items[TicketOut]:
    """The caller's own tickets, newest first; with `queue`, that view of the desk, of which `GET /api/v1/desk/tickets` tells more."""
    if queue:
        found = await list_tickets(actor, parse_filter(read_view(queue)), cursor=cursor, limit=check_limit(limit))
        return items_of(found.lines, found.next_cursor, lambda one: _line(request, one))
    mine = await queries.list_my_tickets(actor, before=read_cursor(cursor), limit=check_limit(limit) + 1)
    return page_of(mine, lambda one: _line(request, one), lambda one: (one.created_at, one.id), limit=limit)


@post("/api/v1/tickets", guards=[requires(Permission.TICKET_ASK)])
async def api_open_ticket(request: Asked, actor: Actor, data: TicketIn) -> TicketCreated:
    """Open a ticket."""
    opened = await open_ticket(actor, NewTicket(data.subject, data.body, "api", data.page_url, data.requester_id))
    return TicketCreated(opened.id, opened.number, _url(request, opened.number))


@get("/api/v1/tickets/{number:int}", guards=READ)
async def api_get_ticket(request: Asked, actor: Actor, number: int) -> TicketWithMessages:
    """One ticket with its messages."""
    ticket = await queries.get_ticket(actor, number)
    return TicketWithMessages(_line(request, ticket), [_message(message) for message in ticket.messages])


@post("/api/v1/tickets/{number:int}/messages", guards=READ)
async def api_write_message(request: Asked, actor: Actor, number: int, data: MessageIn) -> TicketCreated:
    """Write in a ticket."""
    ticket = await queries.get_ticket(actor, number)
    is_own = ticket.requester_id == actor.person_id
    kind = data.kind or ("agent" if may_answer(actor) and not is_own else "customer")
    ticket_id = await find_ticket_id(actor, number)
    acts = replace(data.acts, solves=data.solves or data.acts.solves)
    message_id = await reply_to_ticket(actor, ticket_id, data.body, kind, acts=acts)
    return TicketCreated(message_id, number, _url(request, number))


def _url(request: Asked, number: int) -> str:
    base: str = request.app.state.services.settings.base_url
    return f"{base}/tickets/{number}"


def _line(request: Asked, t: TicketLine | TicketView | DeskLine) -> TicketOut:
    return TicketOut(
        id=t.id,
        number=t.number,
        subject=t.subject,
        state=t.state,
        channel=t.channel,
        requester=t.requester,
        assignee=t.assignee,
        url=_url(request, t.number),
        created_at=t.created_at,
    )


def _message(m: TicketMessageView) -> MessageOut:
    return MessageOut(m.id, m.kind, m.author, m.source, m.html, m.created_at)
