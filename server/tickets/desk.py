"""One ticket at the desk: to answer, note, solve and hand on."""

from dataclasses import replace
from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Redirect

from kb.core.actor import Actor
from kb.core.errors import Conflict, Invalid
from kb.core.permissions import Permission
from kb.core.saying import say, say_many
from kb.desk.surroundings import get_surroundings
from kb.drafts.places import ticket_place
from kb.drafts.writing_together import list_other_writers
from kb.macros.rules import check_filled
from kb.mail.queries import NO_POST, get_ticket_post
from kb.search.answering import find_answers_for
from kb.sla.queries import list_clocks
from kb.tickets import queries
from kb.tickets.access import find_ticket_id
from kb.tickets.answering import reply_to_problem, reply_to_ticket
from kb.tickets.assigning import assign_ticket
from kb.tickets.changes import list_ticket_changes
from kb.tickets.linking import list_incidents
from kb.tickets.rating import find_rating
from kb.tickets.solving import reopen_ticket, solve_ticket
from server.drafts.fields import DraftField, sent_off
from server.errors import STATUS
from server.files.uploading import take_files
from server.pages import flash, render
from server.security.guards import requires
from server.tickets.forms import HandlingForm, ReplyForm, read_assignee, read_reply
from server.tickets.offering import ask_of_ticket, restore_reply
from server.tickets.pages import DeskTicketPage, handling_of, kept_field
from server.wiring import Services

Asked = Request[Any, Any, Any]
ANSWER = [requires(Permission.TICKET_ANSWER)]

SAID = {
    "reply": say("Sent to the customer."),
    "solve": say("Sent, and solved."),
    "note": say("Noted. The customer does not see it."),
}


@get("/desk/{number:int}", guards=ANSWER)
async def show_desk_ticket(request: Asked, actor: Actor, number: int) -> Response[Any]:
    """One ticket to work on; a merged one leads to where it is read."""
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
        if form.kind == "agent":
            gaps, form = form.gaps, replace(form, gaps=())  # who sends it again means it
            check_filled(form.body, gaps)
        if form.to_linked and form.kind == "agent":
            reached = await reply_to_problem(actor, ticket_id, form.body, acts=form.acts(), sent=form.sent)
            said = say_many("Sent in {n} ticket.", "Sent in {n} tickets.", reached)
        else:
            await reply_to_ticket(actor, ticket_id, form.body, form.kind, acts=form.acts(), sent=form.sent)
            said = SAID["solve" if form.solves else "note" if form.kind == "note" else "reply"]
    except (Invalid, Conflict) as refusal:
        return await show_desk_page(request, actor, number, form, refusal)
    return sent_off(back_to(number, said), ticket_place(number))


@post("/desk/{number:int}/solution", guards=ANSWER)
async def solve(actor: Actor, number: int) -> Response[Any]:
    """Call it solved without another word."""
    await solve_ticket(actor, await find_ticket_id(actor, number))
    return back_to(number, say("Solved."))


@post("/desk/{number:int}/solution/removal", guards=ANSWER)
async def reopen(actor: Actor, number: int) -> Response[Any]:
    """It is not solved after all."""
    await reopen_ticket(actor, await find_ticket_id(actor, number))
    return back_to(number, say("Open again."))


@post("/desk/{number:int}/assignee", guards=ANSWER)
async def assign(request: Asked, actor: Actor, number: int) -> Response[Any]:
    """Hand it to an agent, or to nobody."""
    assignee_id = await read_assignee(request)
    await assign_ticket(actor, await find_ticket_id(actor, number), assignee_id)
    return back_to(number, say("It is yours.") if assignee_id == actor.person_id else say("Handed on."))


async def show_desk_page(
    request: Asked,
    actor: Actor,
    number: int,
    form: ReplyForm | None = None,
    refusal: Invalid | Conflict | None = None,
    handling: HandlingForm | None = None,
) -> Response[Any]:
    """The ticket's page, with what was typed or refused; under the number of a merged one it leads to where that is read."""
    ticket = await queries.get_ticket(actor, number)
    if ticket.number != number:
        return Redirect(f"/desk/{ticket.number}", status_code=303)
    asked = ask_of_ticket(actor, ticket, request.app.state.services)
    offered = await find_answers_for(actor, asked)
    errors = (refusal.fields or {"": refusal.message}) if refusal else {}
    draft = DraftField(ticket_place(number), form.draft_version) if form else kept_field(ticket)
    form = form or await restore_reply(actor, asked, ticket.draft_body)
    page = DeskTicketPage(
        f"#{number} {ticket.subject}", ticket, await get_surroundings(actor, for_reply=True), actor.person_id, draft, form, errors, offered,
        await list_incidents(actor, ticket.id) if ticket.desk and ticket.desk.incidents else [],
        await list_ticket_changes(actor, ticket.id) if ticket.desk and ticket.desk.changes else [],
        await get_ticket_post(actor, ticket.id) if ticket.desk and ticket.desk.has_mail else NO_POST,
        await list_clocks(actor, ticket.id), await list_other_writers(actor, ticket_place(number)),
        await find_rating(actor, ticket.id) if ticket.solved_at else None, handling or handling_of(ticket),
    )  # fmt: skip
    return render(request, "tickets/desk_ticket.html", page, status=STATUS[type(refusal)] if refusal else 200)


def back_to(number: int, said: str) -> Response[Any]:
    """To the ticket, with what was done."""
    return flash(Redirect(f"/desk/{number}", status_code=303), "good", said)
