"""Writing in a ticket: the requester again, an agent's reply, or a note among agents; or one reply in all tickets of a problem."""

import asyncio
from dataclasses import dataclass
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute, fetch_value
from kb.core.errors import Conflict, NotAllowed
from kb.core.messages import Message
from kb.core.permissions import Permission
from kb.core.rate_limits import spend
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.drafts.keeping import forget_draft
from kb.drafts.places import ticket_place
from kb.files.using import note_files
from kb.text.markdown import RenderedText, render_markdown
from kb.tickets import rules
from kb.tickets.access import LockedTicket, access_ticket, may_answer
from kb.tickets.acting import NO_ACTS, Acts, act_in, clean_acts
from kb.tickets.linking import list_open_incidents
from kb.tickets.messages import AgentReplied, CustomerWrote, NoteWritten, TicketReopened, TicketSolved
from kb.tickets.rules import Kind
from kb.tickets.tables import TicketMessage


@dataclass(frozen=True, slots=True)
class Written:
    """What is written, the same in each ticket it goes to."""

    author_id: UUID | None
    body: str
    rendered: RenderedText
    kind: Kind
    acts: Acts = NO_ACTS


@dataclass(frozen=True, slots=True)
class SentForm:
    """A form sent it: the draft that was kept goes with it. `seen` is the last public message its writer saw, None where nobody knows."""

    seen: UUID | None = None


async def reply_to_ticket(
    actor: Actor,
    ticket_id: UUID,
    body: str,
    kind: Kind = "agent",
    *,
    acts: Acts = NO_ACTS,
    sent: SentForm | None = None,
) -> UUID:
    """Add a message and return its id. `customer` is for the requester alone, `agent` and `note` for agents.

    `acts` are done in the same write: of a requester's message and of a note only that it solves the ticket.
    An agent's first reply takes an unassigned ticket. A customer's message opens a solved ticket again, and wakes a snoozed one.
    Raises `Conflict` for an agent's reply to a page that lacks what another agent or the requester has written since.
    """
    actor.require(Permission.TICKET_READ if kind == "customer" else Permission.TICKET_ANSWER)
    written = await _prepare(actor, body, kind, acts)
    if not may_answer(actor):
        await spend(f"ticket:write:{actor.person_id}", rules.WRITTEN_PER_PERSON, rules.ASK_WINDOW)
    async with unit_of_work(actor) as unit:
        ticket = await access_ticket(actor, ticket_id)
        if kind == "customer" and ticket.requester_id != actor.person_id:
            raise NotAllowed(say("Only the person who asked writes as the customer."))
        if kind == "agent" and sent and sent.seen:
            await _check_seen(ticket, sent.seen, actor)
        message_id = await write_in(unit, ticket, written)
        if sent and actor.person_id:
            await forget_draft(actor.person_id, ticket_place(ticket.number))
    return message_id


async def _check_seen(ticket: LockedTicket, seen: UUID, actor: Actor) -> None:
    name = await fetch_value(
        "select p.name from ticket_message m join person p on p.id = m.author_id join ticket i on i.id = m.ticket_id"
        " where $1 in (i.id, i.merged_into) and m.kind <> 'note' and m.author_id <> $3"
        " and m.created_at > (select created_at from ticket_message where id = $2) order by m.created_at desc limit 1",
        ticket.id,
        seen,
        actor.person_id,
    )
    if name is not None:
        text = say("{name} wrote meanwhile: it stands above. Send again if yours still fits.", name=name)
        raise Conflict(text, {"seen": text})


async def reply_to_problem(
    actor: Actor,
    problem_id: UUID,
    body: str,
    *,
    acts: Acts = NO_ACTS,
    sent: SentForm | None = None,
) -> int:
    """The same reply in a problem's ticket and in each linked one that is not solved, each on the channel it came by.

    All of them or none. Returns how many were written in.
    """
    actor.require(Permission.TICKET_ANSWER)
    written = await _prepare(actor, body, "agent", acts)
    async with unit_of_work(actor) as unit:
        problem = await access_ticket(actor, problem_id)
        if sent and sent.seen:
            await _check_seen(problem, sent.seen, actor)
        incidents = [await access_ticket(actor, id_) for id_ in await list_open_incidents(problem.id)]
        for ticket in (problem, *incidents):
            await write_in(unit, ticket, written)
        if sent and actor.person_id:
            await forget_draft(actor.person_id, ticket_place(problem.number))
    return 1 + len(incidents)


async def _prepare(actor: Actor, body: str, kind: Kind, acts: Acts) -> Written:
    """Of a requester and of a note only that it solves goes along."""
    rules.check_body(body)
    along = clean_acts(acts) if kind == "agent" else Acts(solves=acts.solves)
    return Written(actor.person_id, body, await asyncio.to_thread(render_markdown, body), kind, along)


async def write_in(unit: UnitOfWork, ticket: LockedTicket, written: Written) -> UUID:
    """Part of a write: add the message to a locked ticket, whose state it moves, and tell of it. Returns its id."""
    message = TicketMessage(
        ticket_id=ticket.id,
        author_id=written.author_id,
        kind=written.kind,
        position=await _next_position(ticket.id),
        body_source=written.body,
        body_html=written.rendered.html,
        renderer=written.rendered.renderer_version,
        created_at=unit.now,
    )
    await TicketMessage.insert(message)
    await note_files("ticket_message", message.id, written.body, by=written.author_id)
    await _move_ticket(unit, ticket, written)
    await act_in(unit, ticket, written.acts)
    for item in _what_happened(ticket, message.id, written.kind, solves=written.acts.solves):
        unit.emit(item)
    unit.audit(f"ticket.{written.kind}", "ticket", ticket.id, message=message.id, solves=written.acts.solves)
    message_id: UUID = message.id
    return message_id


async def _next_position(ticket_id: UUID) -> int:
    """The ticket's row is locked, so nobody else takes it meanwhile."""
    last = await fetch_value("select max(position) from ticket_message where ticket_id = $1", ticket_id)
    return int(last or 0) + 1


async def _move_ticket(unit: UnitOfWork, ticket: LockedTicket, written: Written) -> None:
    """A note moves neither count nor time: the requester sees both and must not learn that it exists.

    Who writes again while it is the other side's turn has waited since their first word, not since their last.
    """
    state, kind = rules.state_after(ticket.state, written.kind, solves=written.acts.solves), written.kind
    await execute(
        "update ticket set state = $2, message_count = message_count + case when $3 then 1 else 0 end,"
        " last_message_at = case when $3 then $4 else last_message_at end,"
        " solved_at = case when $2 <> 'solved' then null else coalesce(solved_at, $4) end,"
        " waiting_since = case when state <> $2 then $4 else waiting_since end,"
        " snoozed_at = case when $6 then null else snoozed_at end,"
        " snoozed_until = case when $6 then null else snoozed_until end,"
        " assignee_id = coalesce(assignee_id, $5) where id = $1",
        ticket.id,
        state,
        kind != "note",
        unit.now,
        written.author_id if kind == "agent" else None,
        kind == "customer" or state == "solved",
    )


def _what_happened(ticket: LockedTicket, message_id: UUID, kind: Kind, *, solves: bool) -> list[Message]:
    """What others are told of it; of a note nothing."""
    happened: list[Message] = []
    if kind == "customer":
        happened.append(CustomerWrote(ticket.id, message_id))
    if kind == "agent":
        happened.append(AgentReplied(ticket.id, message_id))
    if kind == "note":
        happened.append(NoteWritten(ticket.id, message_id))
    if solves and ticket.state != "solved":
        happened.append(TicketSolved(ticket.id))
    if not solves and kind != "note" and ticket.state == "solved":
        happened.append(TicketReopened(ticket.id))
    return happened
