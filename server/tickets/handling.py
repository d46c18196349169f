"""One ticket at the desk: how urgent it is and whose, snoozing, merging, splitting, and the tickets of the same problem."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.response import Redirect

from kb.core.actor import Actor
from kb.core.errors import Conflict, Invalid
from kb.core.permissions import Permission
from kb.core.saying import say, say_many
from kb.tickets import queries
from kb.tickets.access import find_ticket_id
from kb.tickets.handling import handle_ticket
from kb.tickets.linking import link_incident, solve_problem, unlink_incident
from kb.tickets.merging import merge_tickets
from kb.tickets.snoozing import snooze_ticket, wake_ticket
from kb.tickets.splitting import split_ticket, take_back_change
from server.errors import STATUS
from server.pages import flash, render
from server.security.guards import requires
from server.tickets.desk import back_to, show_desk_page
from server.tickets.forms import SplitForm, read_handling, read_number, read_snoozing, read_split
from server.tickets.pages import SplitPage

Asked = Request[Any, Any, Any]
ANSWER = [requires(Permission.TICKET_ANSWER)]


@post("/desk/{number:int}/handling", guards=ANSWER)
async def handle(request: Asked, actor: Actor, number: int) -> Response[Any]:
    """Agent, team, priority and tags as they shall be; a refusal shows them as they were chosen."""
    form = await read_handling(request)
    ticket_id = await find_ticket_id(actor, number)
    try:
        await handle_ticket(actor, ticket_id, form.handling())
    except Invalid as refusal:
        return await show_desk_page(request, actor, number, refusal=refusal, handling=form)
    return back_to(number, say("Changed."))


@post("/desk/{number:int}/snooze", guards=ANSWER)
async def snooze(request: Asked, actor: Actor, number: int) -> Response[Any]:
    """Out of sight until then, or until the customer writes."""
    ticket_id = await find_ticket_id(actor, number)
    try:
        await snooze_ticket(actor, ticket_id, await read_snoozing(request))
    except (Invalid, Conflict) as refusal:
        return await show_desk_page(request, actor, number, refusal=refusal)
    return flash(Redirect("/desk", status_code=303), "good", say("#{number} is snoozed.", number=number))


@post("/desk/{number:int}/snooze/removal", guards=ANSWER)
async def wake(actor: Actor, number: int) -> Response[Any]:
    """Back in sight."""
    await wake_ticket(actor, await find_ticket_id(actor, number))
    return back_to(number, say("It is back."))


@post("/desk/{number:int}/merge", guards=ANSWER)
async def merge(request: Asked, actor: Actor, number: int) -> Response[Any]:
    """Read it in another ticket of the same person."""
    ticket_id = await find_ticket_id(actor, number)
    try:
        into = await read_number(request, "into")
        await merge_tickets(actor, ticket_id, into=await find_ticket_id(actor, into))
    except (Invalid, Conflict) as refusal:
        return await show_desk_page(request, actor, number, refusal=refusal)
    return back_to(into, say("#{number} is read here now.", number=number))


@get("/desk/{number:int}/split", guards=ANSWER)
async def choose_split(request: Asked, actor: Actor, number: int) -> Response[Any]:
    """Which messages become a ticket of their own."""
    ticket = await queries.get_ticket(actor, number)
    page = SplitPage(say("Split #{number}", number=ticket.number), ticket, SplitForm(ticket.subject))
    return render(request, "tickets/split.html", page)


@post("/desk/{number:int}/split", guards=ANSWER)
async def split(request: Asked, actor: Actor, number: int) -> Response[Any]:
    """Make it; a refusal shows the choice again as it was."""
    form = await read_split(request)
    ticket = await queries.get_ticket(actor, number)
    try:
        made = await split_ticket(actor, ticket.id, form.message_ids, subject=form.subject)
    except Invalid as refusal:
        page = SplitPage(say("Split #{number}", number=ticket.number), ticket, form, refusal.fields)
        return render(request, "tickets/split.html", page, status=STATUS[Invalid])
    said = say("Split off. What stayed is #{number}, where this can be taken back.", number=ticket.number)
    return back_to(made.number, said)


@post("/desk/{number:int}/changes/{change_id:uuid}/removal", guards=ANSWER)
async def take_back(request: Asked, actor: Actor, number: int, change_id: UUID) -> Response[Any]:
    """Undo a merge or a split."""
    await find_ticket_id(actor, number)
    try:
        await take_back_change(actor, change_id)
    except Conflict as refusal:
        return await show_desk_page(request, actor, number, refusal=refusal)
    return back_to(number, say("Taken back: they are as they were."))


@post("/desk/{number:int}/incidents", guards=ANSWER)
async def link_here(request: Asked, actor: Actor, number: int) -> Response[Any]:
    """Another ticket is about this one's problem."""
    ticket_id = await find_ticket_id(actor, number)
    try:
        incident = await read_number(request, "incident")
        await link_incident(actor, ticket_id, await find_ticket_id(actor, incident))
    except (Invalid, Conflict) as refusal:
        return await show_desk_page(request, actor, number, refusal=refusal)
    return back_to(number, say("Linked."))


@post("/desk/{number:int}/problem", guards=ANSWER)
async def link_to(request: Asked, actor: Actor, number: int) -> Response[Any]:
    """This ticket is about another one's problem."""
    ticket_id = await find_ticket_id(actor, number)
    try:
        problem = await read_number(request, "problem")
        await link_incident(actor, await find_ticket_id(actor, problem), ticket_id)
    except (Invalid, Conflict) as refusal:
        return await show_desk_page(request, actor, number, refusal=refusal)
    return back_to(number, say("Linked."))


@post("/desk/{number:int}/problem/removal", guards=ANSWER)
async def unlink(request: Asked, actor: Actor, number: int) -> Response[Any]:
    """It stands for itself again; leads back to the problem where it was taken from there."""
    await unlink_incident(actor, await find_ticket_id(actor, number))
    form = await request.form()
    came_from = str(form.get("from", ""))
    return back_to(
        int(came_from) if came_from.isdecimal() and len(came_from) < 16 else number, say("Not linked any more.")
    )


@post("/desk/{number:int}/incidents/solution", guards=ANSWER)
async def solve_all(actor: Actor, number: int) -> Response[Any]:
    """This ticket and all that are linked to it are solved."""
    solved = await solve_problem(actor, await find_ticket_id(actor, number))
    return back_to(number, say_many("{n} ticket solved.", "{n} tickets solved.", solved))


ROUTES: list[Any] = [
    handle, snooze, wake, merge, choose_split, split, take_back, link_here, link_to, unlink, solve_all,
]  # fmt: skip
