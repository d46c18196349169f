"""An offered answer goes into the reply: by a plain button below what was typed, with scripts at the cursor."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, post

from kb.core.actor import Actor
from kb.tickets import queries
from server.errors import wants_json
from server.tickets.desk import ANSWER, show_desk_page
from server.tickets.forms import ReplyForm, read_reply
from server.tickets.offering import take_answer
from server.wiring import Services


@post("/desk/{number:int}/insertions/{answer_id:uuid}", guards=ANSWER, status_code=200)
async def insert_into_reply(
    request: Request[Any, Any, Any], actor: Actor, services: Services, number: int, answer_id: UUID
) -> Response[Any]:
    """A script gets the text alone; a form comes back with the answer below what was typed."""
    form, ticket = await read_reply(request), await queries.get_ticket(actor, number)
    taken = await take_answer(actor, ticket, answer_id, services)
    if wants_json(request):
        return Response({"text": taken.text, "gaps": list(taken.gaps)}, media_type="application/json")
    body = "\n\n".join(part for part in (form.body.rstrip(), taken.text) if part)
    return await show_desk_page(request, actor, number, ReplyForm(body, draft_version=form.draft_version))
