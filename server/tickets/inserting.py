"""An answer or a macro goes into the reply: by a plain button below what was typed, with scripts at the cursor."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from litestar import Request, Response, post

from kb.core.actor import Actor
from kb.core.errors import Invalid, NotFound
from kb.core.saying import say
from kb.languages.telling import tell
from kb.tickets import queries
from server.errors import wants_json
from server.languages.negotiating import language_of
from server.tickets.desk import ANSWER, show_desk_page
from server.tickets.forms import ReplyForm, read_macro, read_reply
from server.tickets.offering import Taken, ask_of_ticket, take_answer, take_macro
from server.wiring import Services

Asked = Request[Any, Any, Any]


@post("/desk/{number:int}/insertions/{answer_id:uuid}", guards=ANSWER, status_code=200)
async def insert_into_reply(
    request: Asked, actor: Actor, services: Services, number: int, answer_id: UUID
) -> Response[Any]:
    """A script gets the text alone; a form comes back with the answer below what was typed."""
    ticket = await queries.get_ticket(actor, number)
    return await _put_in(
        request, actor, number, await take_answer(actor, ask_of_ticket(actor, ticket, services), answer_id)
    )


@post("/desk/{number:int}/macro-insertions", guards=ANSWER, status_code=200)
async def insert_macro_into_reply(request: Asked, actor: Actor, services: Services, number: int) -> Response[Any]:
    """The same for the macro that was chosen; where none was, or it was archived meanwhile, what was typed stays."""
    ticket = await queries.get_ticket(actor, number)
    try:
        taken = await take_macro(actor, ask_of_ticket(actor, ticket, services), await read_macro(request))
    except (Invalid, NotFound) as refusal:
        if wants_json(request):
            raise
        return await show_desk_page(request, actor, number, await read_reply(request), not_inserted(refusal))
    return await _put_in(request, actor, number, taken)


async def _put_in(request: Asked, actor: Actor, number: int, taken: Taken) -> Response[Any]:
    if wants_json(request):
        return tell_taken(request, taken)
    return await show_desk_page(request, actor, number, put_below(await read_reply(request), taken))


def not_inserted(refusal: Invalid | NotFound) -> Invalid:
    """What the list of macros says: that none was chosen, or that it is there no more."""
    return (
        refusal
        if isinstance(refusal, Invalid)
        else Invalid(say("No macro was inserted."), {"macro_id": refusal.message})
    )


def tell_taken(request: Asked, taken: Taken) -> Response[Any]:
    """For a script: the text, what it leaves to fill in, and the boxes that go with it."""
    boxes = [{"value": value, "name": tell(name, language_of(request))} for value, name in taken.boxes]
    told = {"text": taken.text, "gaps": list(taken.gaps), "along": boxes}
    return Response(told, media_type="application/json")


def put_below(form: ReplyForm, taken: Taken) -> ReplyForm:
    """What was typed, and below it the text."""
    body = "\n\n".join(part for part in (form.body.rstrip(), taken.text) if part)
    gaps = tuple(dict.fromkeys((*form.gaps, *taken.gaps)))
    along = tuple(dict.fromkeys((*form.along, *(value for value, _ in taken.boxes))))
    return replace(form, body=body, gaps=gaps, along=along)
