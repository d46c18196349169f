"""The customer's pages: my tickets, a new one, and one with its messages."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Redirect

from kb.core.actor import Actor
from kb.core.errors import Invalid, TooMany
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.drafts.places import TICKET, ticket_place
from kb.tickets import queries
from kb.tickets.access import find_ticket_id
from kb.tickets.answering import reply_to_ticket
from kb.tickets.asking import open_ticket
from kb.tickets.rating import find_rating
from kb.tickets.seeing import mark_ticket_seen
from kb.tickets.solving import reopen_ticket, solve_ticket
from server.drafts.fields import DraftField, restore, sent_off
from server.errors import STATUS
from server.files.uploading import take_files
from server.pages import flash, render
from server.security.guards import requires
from server.tickets.forms import TicketForm, read_cursor, read_reply, read_ticket_form, read_ticket_query
from server.tickets.pages import MyTicketsPage, NewTicketPage, TicketPage, kept_field, next_page
from server.wiring import Services

Asked = Request[Any, Any, Any]
READ = [requires(Permission.TICKET_READ)]
ASK = [requires(Permission.TICKET_ASK)]


@get("/tickets", guards=READ)
async def show_my_tickets(request: Asked, actor: Actor, past: str = "") -> Response[Any]:
    """What the reader asked in private."""
    found = await queries.list_my_tickets(actor, before=read_cursor(past))
    older = next_page("/tickets", found[-1].created_at, found[-1].id) if len(found) == queries.PAGE else ""
    return render(request, "tickets/mine.html", MyTicketsPage(say("My tickets"), found, older, not past))


@get("/tickets/new", guards=ASK)
async def new_ticket(request: Asked, actor: Actor) -> Response[Any]:
    """The form, filled in from the address as far as it says, else from one's draft."""
    form = read_ticket_query(request)
    draft, kept = await restore(actor, TICKET)
    if form.subject or form.body:
        draft = replace(draft, is_restored=False)
    else:
        form = TicketForm(kept.title, kept.body, form.page_url or kept.page_url)
    return _show_form(request, form, draft)


@post("/tickets", guards=ASK)
async def create_ticket(request: Asked, actor: Actor, services: Services) -> Response[Any]:
    """Open a ticket; a refusal shows the form again with everything typed."""
    form = await read_ticket_form(request)
    taken = await take_files(request, actor, services, form.body)
    form = replace(form, body=taken.body)
    try:
        taken.check()
        opened = await open_ticket(actor, form.draft(), drafted=True)
    except (Invalid, TooMany) as refusal:
        draft, errors = DraftField(TICKET, form.draft_version), refusal.fields or {"": refusal.message}
        return _show_form(request, form, draft, errors, status=STATUS[type(refusal)])
    response = Redirect(f"/tickets/{opened.number}", status_code=303)
    return flash(
        sent_off(response, TICKET), "good", say("Your request is with us. You are told as soon as somebody answers.")
    )


@get("/tickets/{number:int}", guards=READ)
async def show_ticket(request: Asked, actor: Actor, number: int) -> Response[Any]:
    """One ticket; agents are led to the desk unless it is their own, and a merged one leads to where it is read."""
    ticket = await queries.get_ticket(actor, number)
    if ticket.requester_id != actor.person_id:
        return Redirect(f"/desk/{ticket.number}", status_code=303)
    if ticket.number != number:
        return Redirect(f"/tickets/{ticket.number}", status_code=303)
    if ticket.messages[-1].kind == "agent" and "prefetch" not in request.headers.get("sec-purpose", ""):
        await mark_ticket_seen(actor, number)
    rating = await find_rating(actor, ticket.id) if ticket.solved_at else None
    page = TicketPage(ticket.subject, ticket, kept_field(ticket), ticket.draft_body or "", rating=rating)
    return render(request, "tickets/ticket.html", page)


@post("/tickets/{number:int}/messages", guards=READ)
async def write_again(request: Asked, actor: Actor, services: Services, number: int) -> Response[Any]:
    """The requester writes again; a refusal shows the ticket with the text still in its field."""
    form = await read_reply(request)
    ticket_id = await find_ticket_id(actor, number)
    taken = await take_files(request, actor, services, form.body)
    form = replace(form, body=taken.body)
    try:
        taken.check()
        await reply_to_ticket(actor, ticket_id, form.body, "customer", sent=form.sent)
    except (Invalid, TooMany) as refusal:
        ticket = await queries.get_ticket(actor, number)
        draft = DraftField(ticket_place(number), form.draft_version)
        page = TicketPage(ticket.subject, ticket, draft, form.body, refusal.fields or {"": refusal.message})
        return render(request, "tickets/ticket.html", page, status=STATUS[type(refusal)])
    response = sent_off(Redirect(f"/tickets/{number}", status_code=303), ticket_place(number))
    return flash(response, "good", say("Sent."))


@post("/tickets/{number:int}/solution", guards=READ)
async def solve_own(actor: Actor, number: int) -> Response[Any]:
    """The requester says it is solved."""
    await solve_ticket(actor, await find_ticket_id(actor, number))
    return flash(
        Redirect(f"/tickets/{number}", status_code=303), "good", say("Good to hear. Write again if it comes back.")
    )


@post("/tickets/{number:int}/solution/removal", guards=READ)
async def reopen_own(actor: Actor, number: int) -> Response[Any]:
    """The requester says it is not."""
    await reopen_ticket(actor, await find_ticket_id(actor, number))
    return flash(
        Redirect(f"/tickets/{number}", status_code=303), "info", say("It is open again. Say below what still happens.")
    )


def _show_form(
    request: Asked, form: TicketForm, draft: DraftField, errors: Mapping[str, str] | None = None, *, status: int = 200
) -> Response[Any]:
    return render(
        request, "tickets/new.html", NewTicketPage(say("New ticket"), form, draft, errors or {}), status=status
    )
