"""One thing done with the tickets that are ticked in a view, and taken back as one."""

from typing import Any
from uuid import UUID

from litestar import Response, post
from litestar.response import Redirect

from kb.core.actor import Actor
from kb.core.errors import Conflict, Invalid
from kb.core.permissions import Permission
from kb.core.saying import say_many
from kb.desk.arranging_many import arrange_tickets, take_back_batch
from kb.tickets.access import find_ticket_id
from server.desk.forms import Asked, ManyForm, desk_address, read_many, read_shown, with_done
from server.desk.viewing import build_desk
from server.errors import STATUS
from server.pages import flash, render
from server.security.guards import requires

ANSWER = [requires(Permission.TICKET_ANSWER)]


@post("/desk/arranging", guards=ANSWER)
async def arrange(request: Asked, actor: Actor) -> Response[Any]:
    """Do it with all that are ticked; a refusal shows the view again with everything as it was chosen."""
    form = await read_many(request)
    try:
        ids = [await find_ticket_id(actor, number) for number in form.numbers]
        batch = await arrange_tickets(actor, ids, form.action, detail=form.detail)
    except (Invalid, Conflict) as refusal:
        return await _refuse(request, actor, form, refusal)
    return Redirect(with_done(form.back, batch.id), status_code=303)


@post("/desk/arranging/{batch_id:uuid}/removal", guards=ANSWER)
async def take_back(request: Asked, actor: Actor, batch_id: UUID) -> Response[Any]:
    """Take all of it back."""
    form = await request.form()
    back = await take_back_batch(actor, batch_id)
    response = Redirect(desk_address(str(form.get("back", ""))), status_code=303)
    said = say_many("{n} ticket is as it was again.", "{n} tickets are as they were again.", back)
    return flash(response, "good", said)


async def _refuse(request: Asked, actor: Actor, form: ManyForm, refusal: Invalid | Conflict) -> Response[Any]:
    refused = next(iter(refusal.fields.values()), refusal.message)
    page = await build_desk(actor, read_shown(form.back), form=form, refused=refused)
    return render(request, "desk/desk.html", page, status=STATUS[type(refusal)])
