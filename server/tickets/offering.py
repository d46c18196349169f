"""Beside a ticket or a topic: what worked for others who asked the same. For the desk's pages, and for programs."""

from dataclasses import dataclass
from uuid import UUID

from litestar import get, post

from kb.answers.inserting import Into, find_inserted_macro, insert_answer, insert_macro_answer, list_gaps_left
from kb.core.actor import Actor
from kb.core.errors import NotFound
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.macros.queries import MacroView, fill, get_macro, get_offered_macro
from kb.search.answering import Asked, OfferedAnswer, OfferedAnswers, asked_in_ticket, find_answers_for
from kb.tickets import queries
from kb.tickets.acting import NO_ACTS, Acts
from kb.tickets.filling import list_values
from kb.tickets.queries import TicketView
from server.security.guards import requires
from server.tickets.along import name_acts
from server.tickets.forms import ReplyForm
from server.wiring import Services

ANSWER = [requires(Permission.TICKET_ANSWER)]


def ask_of_ticket(actor: Actor, ticket: TicketView, services: Services) -> Asked:
    """What is looked at beside a ticket."""
    values = list_values(ticket, actor, base_url=services.settings.base_url)
    return asked_in_ticket(ticket.id, ticket.number, ticket.requester_id, values)


@dataclass(frozen=True, slots=True)
class Taken:
    """Markdown for a reply; each of the `gaps` stands in it as `[gap]`, to be written over. `acts` go with it, unless the agent
    wants otherwise; `boxes` are their values and names in a form."""

    text: str
    gaps: tuple[str, ...]
    acts: Acts = NO_ACTS
    boxes: tuple[tuple[str, str], ...] = ()


async def take_answer(actor: Actor, asked: Asked, answer_id: UUID) -> Taken:
    """The text to put into the reply; it is remembered that it was taken. Raises `NotFound` for what is not offered here."""
    offered = await find_answers_for(actor, asked)
    chosen = next((answer for answer in offered.answers if answer.id == answer_id), None)
    if chosen is None:
        raise NotFound(say("This answer is not offered here any more."))
    await insert_answer(actor, into=Into(asked.kind, asked.id), answer_id=chosen.id, text=chosen.text)
    macro_id = await find_inserted_macro(chosen.id) if chosen.kind == "macro" else None
    if macro_id is None:
        return Taken(chosen.text, chosen.gaps)
    return _with_acts(chosen.text, chosen.gaps, await get_macro(actor, macro_id))


async def take_macro(actor: Actor, asked: Asked, macro_id: UUID) -> Taken:
    """Any macro on offer, filled in for this place; remembered as an offered answer is. Raises `NotFound` for one that is not."""
    macro = await get_offered_macro(actor, macro_id)
    filled = fill(macro, asked.values)
    await insert_macro_answer(actor, into=Into(asked.kind, asked.id), macro_id=macro.id, text=filled.text)
    return _with_acts(filled.text, filled.gaps, macro)


async def restore_reply(actor: Actor, asked: Asked, draft: str | None) -> ReplyForm:
    """The form of a draft that was kept, or a blank one; what macros left to fill in is known of it, too."""
    if not draft:
        return ReplyForm()
    into = Into(asked.kind, asked.id)
    return ReplyForm(draft, gaps=tuple(await list_gaps_left(actor, into=into, values=asked.values, text=draft)))


def _with_acts(text: str, gaps: tuple[str, ...], macro: MacroView) -> Taken:
    teams = {macro.acts.team_id: macro.team} if macro.acts.team_id else {}
    return Taken(text, gaps, macro.acts, tuple(name_acts(macro.acts, teams)))


@dataclass(frozen=True, slots=True)
class OfferedOut:
    """An answer that fits, as text to send. `masked`: personal data was taken out of it; `gaps` stand in the text as `[gap]`."""

    answer_id: UUID
    kind: str
    title: str
    excerpt: str
    text: str
    url: str
    why: str
    masked: bool
    gaps: list[str]


@dataclass(frozen=True, slots=True)
class ProblemOut:
    """One thing the ticket asks. `cluster` is null while nobody else has asked it; the counts are of others, as far as readable."""

    text: str
    cluster: int | None
    label: str
    people: int
    tickets: int
    topics: int
    answers: list[OfferedOut]


@dataclass(frozen=True, slots=True)
class OffersOut:
    """What was answered before to the same questions. No problems: the ticket asks nothing, or nobody has read it yet."""

    problems: list[ProblemOut]


@dataclass(frozen=True, slots=True)
class InsertionIn:
    """The answer that is taken into the reply."""

    answer_id: UUID


@dataclass(frozen=True, slots=True)
class MacroInsertionIn:
    """The macro that is taken into the reply."""

    macro_id: UUID


@dataclass(frozen=True, slots=True)
class InsertionOut:
    """The text as it was taken, filled in; each of the `gaps` stands in it as `[gap]`. `acts` are what a macro does with the ticket.

    Send it, changed or not, with `POST …/messages`, the acts beside it: what of it was sent is found out from the reply.
    """

    text: str
    gaps: list[str]
    acts: Acts


@get("/api/v1/tickets/{number:int}/answers", guards=ANSWER)
async def api_find_answers(actor: Actor, services: Services, number: int) -> OffersOut:
    """Each problem of the ticket and answers to it, the best first; take one with `POST …/insertions`."""
    asked = ask_of_ticket(actor, await queries.get_ticket(actor, number), services)
    return tell_offers(await find_answers_for(actor, asked), services)


@post("/api/v1/tickets/{number:int}/insertions", guards=ANSWER)
async def api_insert_answer(actor: Actor, services: Services, number: int, data: InsertionIn) -> InsertionOut:
    """Take an offered answer into the reply that is being written. 404 where it is not offered in this ticket."""
    asked = ask_of_ticket(actor, await queries.get_ticket(actor, number), services)
    taken = await take_answer(actor, asked, data.answer_id)
    return InsertionOut(taken.text, list(taken.gaps), taken.acts)


@post("/api/v1/tickets/{number:int}/macro-insertions", guards=ANSWER)
async def api_insert_macro(actor: Actor, services: Services, number: int, data: MacroInsertionIn) -> InsertionOut:
    """Fill in a macro for this ticket and take it into the reply that is being written. 404 where it is not on offer."""
    asked = ask_of_ticket(actor, await queries.get_ticket(actor, number), services)
    taken = await take_macro(actor, asked, data.macro_id)
    return InsertionOut(taken.text, list(taken.gaps), taken.acts)


def tell_offers(offered: OfferedAnswers, services: Services) -> OffersOut:
    """As programs read it."""
    base = services.settings.base_url
    return OffersOut(
        [
            ProblemOut(
                problem.text,
                problem.cluster_number,
                problem.label,
                problem.people,
                problem.tickets,
                problem.topics,
                [_offered(one, base) for one in problem.answers],
            )
            for problem in offered.problems
        ]
    )


def _offered(one: OfferedAnswer, base: str) -> OfferedOut:
    return OfferedOut(
        one.id, one.kind, one.title, one.excerpt, one.text, base + one.path, one.why, one.is_masked, list(one.gaps)
    )
