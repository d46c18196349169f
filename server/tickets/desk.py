"""The agents' desk: queues, and one ticket to answer, note, solve and hand on."""

from dataclasses import replace
from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Redirect

from kb.answers.known_as import find_article_for
from kb.core.actor import Actor
from kb.core.errors import Invalid
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.drafts.places import ticket_place
from kb.tickets import queries
from kb.tickets.access import find_ticket_id
from kb.tickets.answering import reply_to_ticket
from kb.tickets.assigning import assign_ticket
from kb.tickets.solving import reopen_ticket, solve_ticket
from server.drafts.fields import DraftField, sent_off
from server.files.uploading import take_files
from server.pages import flash, render
from server.security.guards import requires
from server.tickets.forms import ReplyForm, read_assignee, read_cursor, read_queue, read_reply
from server.tickets.offering import offer_answers
from server.tickets.pages import QUEUE_NAMES, DeskPage, DeskTicketPage, kept_field, next_page
from server.wiring import Services

Asked = Request[Any, Any, Any]
ANSWER = [requires(Permission.TICKET_ANSWER)]

SAID = {
    "reply": say("Sent to the customer."),
    "solve": say("Sent, and solved."),
    "note": say("Noted. The customer does not see it."),
}


@get("/desk", guards=ANSWER)
async def show_desk(request: Asked, actor: Actor, queue: str = "open", past: str = "") -> Response[Any]:
    """One queue."""
    chosen = read_queue(queue)
    found = await queries.list_queue(actor, chosen, past=read_cursor(past))
    counts = await queries.count_queues(actor)
    last = found[-1] if len(found) == queries.PAGE else None
    older = next_page("/desk", last.last_message_at, last.id, queue=chosen) if last else ""
    page = DeskPage(say("Tickets: {queue}", queue=QUEUE_NAMES[chosen]), chosen, found, counts, older, not past)
    return render(request, "tickets/desk.html", page)


@get("/desk/{number:int}", guards=ANSWER)
async def show_desk_ticket(request: Asked, actor: Actor, number: int) -> Response[Any]:
    """One ticket to work on."""
    return await show_desk_page(request, actor, number)


@post("/desk/{number:int}/messages", guards=ANSWER)
async def answer(request: Asked, actor: Actor, services: Services, number: int) -> Response[Any]:
    """Reply, reply and solve, or note; a refusal shows the ticket with the text still in its field."""
    form = await read_reply(request)
    ticket_id = await find_ticket_id(actor, number)
    taken = await take_files(request, actor, services, form.body)
    form = replace(form, body=taken.body)
    try:
        taken.check()
        await reply_to_ticket(actor, ticket_id, form.body, form.kind, solves=form.solves, drafted=True)
    except Invalid as refusal:
        return await show_desk_page(request, actor, number, form, refusal)
    return sent_off(_back(number, SAID.get(form.act, SAID["reply"])), ticket_place(number))


@post("/desk/{number:int}/solution", guards=ANSWER)
async def solve(actor: Actor, number: int) -> Response[Any]:
    """Call it solved without another word."""
    await solve_ticket(actor, await find_ticket_id(actor, number))
    return _back(number, say("Solved."))


@post("/desk/{number:int}/solution/removal", guards=ANSWER)
async def reopen(actor: Actor, number: int) -> Response[Any]:
    """It is not solved after all."""
    await reopen_ticket(actor, await find_ticket_id(actor, number))
    return _back(number, say("Open again."))


@post("/desk/{number:int}/assignee", guards=ANSWER)
async def assign(request: Asked, actor: Actor, number: int) -> Response[Any]:
    """Hand it to an agent, or to nobody."""
    assignee_id = await read_assignee(request)
    await assign_ticket(actor, await find_ticket_id(actor, number), assignee_id)
    return _back(number, say("It is yours.") if assignee_id == actor.person_id else say("Handed on."))


async def show_desk_page(
    request: Asked,
    actor: Actor,
    number: int,
    form: ReplyForm | None = None,
    refusal: Invalid | None = None,
) -> Response[Any]:
    """The ticket's page, with what was typed or refused."""
    ticket = await queries.get_ticket(actor, number)
    agents = await queries.list_agents(actor)
    offered = await offer_answers(actor, ticket, request.app.state.services)
    errors = (refusal.fields or {"": refusal.message}) if refusal else {}
    draft = DraftField(ticket_place(number), form.draft_version) if form else kept_field(ticket)
    form = form or ReplyForm(ticket.draft_body or "")
    known = await find_article_for(actor, "ticket", ticket.id) if offered.problems else None
    title = f"#{number} {ticket.subject}"
    page = DeskTicketPage(title, ticket, agents, actor.person_id, draft, form, errors, offered, known)
    return render(request, "tickets/desk_ticket.html", page, status=422 if refusal else 200)


def _back(number: int, said: str) -> Response[Any]:
    return flash(Redirect(f"/desk/{number}", status_code=303), "good", said)
