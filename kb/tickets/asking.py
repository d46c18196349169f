"""Asking in private."""

import asyncio
from dataclasses import dataclass
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import fetch_value
from kb.core.errors import Invalid, NotAllowed
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.rate_limits import spend
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.drafts.keeping import forget_draft
from kb.drafts.places import TICKET
from kb.files.using import note_files
from kb.text.markdown import RenderedText, render_markdown
from kb.tickets import rules
from kb.tickets.access import may_answer
from kb.tickets.messages import TicketOpened
from kb.tickets.tables import TicketMessage


@dataclass(frozen=True, slots=True)
class NewTicket:
    """A private request. `requester_id` is for agents who write one down for somebody; `source` for imports."""

    subject: str
    body: str
    channel: str
    page_url: str | None = None
    requester_id: UUID | None = None
    source: str | None = None
    source_id: str | None = None


@dataclass(frozen=True, slots=True)
class OpenedTicket:
    """What was opened; the number stands in its address."""

    id: UUID
    number: int


@dataclass(frozen=True, slots=True)
class WrittenTicket:
    """A ticket with its first message, as they were just written down."""

    opened: OpenedTicket
    message_id: UUID


async def open_ticket(actor: Actor, new: NewTicket, *, drafted: bool = False) -> OpenedTicket:
    """A ticket with its first message. Raises `Invalid` with fields, `NotAllowed` when asking in another's name,
    `TooMany` past the hourly limit of a customer. A kept draft goes with it."""
    rendered = await prepare_ticket(actor, new)
    async with unit_of_work(actor) as unit:
        written = await write_down_ticket(unit, new, rendered)
        if drafted and actor.person_id:
            await forget_draft(actor.person_id, TICKET)
    return written.opened


async def prepare_ticket(actor: Actor, new: NewTicket, *, shown: str = "") -> RenderedText:
    """Everything that comes before the transaction of `write_down_ticket`: the checks, the limit, the rendering.

    `shown` is the Markdown to render where that is not the body itself: plain text that must keep its lines.
    """
    actor.require(Permission.TICKET_ASK)
    _requester(actor, new)
    rules.check_new_ticket(subject=new.subject, body=new.body, channel=new.channel, page_url=new.page_url)
    if not may_answer(actor):
        await spend(f"ticket:ask:{actor.person_id}", rules.ASKED_PER_PERSON, rules.ASK_WINDOW)
    return await asyncio.to_thread(render_markdown, shown or new.body)


async def write_down_ticket(unit: UnitOfWork, new: NewTicket, rendered: RenderedText) -> WrittenTicket:
    """Part of another write, once `prepare_ticket` has let it through."""
    requester_id = _requester(unit.actor, new)
    opened = await _insert_ticket(new, requester_id, unit)
    message_id = await _insert_first_message(opened.id, new, rendered, requester_id, unit)
    unit.emit(TicketOpened(opened.id, message_id))
    unit.audit("ticket.open", "ticket", opened.id, channel=new.channel)
    return WrittenTicket(opened, message_id)


def _requester(actor: Actor, new: NewTicket) -> UUID:
    requester_id = new.requester_id or actor.person_id
    if requester_id is None:
        raise Invalid(say("Say who is asking."), {"requester_id": say("whose ticket is it?")})
    if requester_id != actor.person_id and not may_answer(actor):
        raise NotAllowed(say("Only agents open tickets for somebody else."))
    return requester_id


async def _insert_ticket(new: NewTicket, requester_id: UUID, unit: UnitOfWork) -> OpenedTicket:
    if not await fetch_value("select 1 from person where id = $1", requester_id):
        raise Invalid(say("There is no such person."), {"requester_id": say("there is no such person")})
    ticket_id = new_id()
    number = await fetch_value(
        "insert into ticket (id, subject, requester_id, channel, page_url, last_message_at, source, source_id, created_at,"
        "   waiting_since, to_route)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $6, $6, true) returning number",
        ticket_id,
        new.subject.strip(),
        requester_id,
        new.channel,
        new.page_url or None,
        unit.now,
        new.source,
        new.source_id,
    )
    return OpenedTicket(ticket_id, number)


async def _insert_first_message(
    ticket_id: UUID, new: NewTicket, rendered: RenderedText, author_id: UUID, unit: UnitOfWork
) -> UUID:
    row = TicketMessage(
        ticket_id=ticket_id,
        author_id=author_id,
        kind="customer",
        position=1,
        body_source=new.body,
        body_html=rendered.html,
        renderer=rendered.renderer_version,
        created_at=unit.now,
    )
    await TicketMessage.insert(row)
    message_id: UUID = row.id
    await note_files("ticket_message", message_id, new.body, by=unit.actor.person_id)
    return message_id
