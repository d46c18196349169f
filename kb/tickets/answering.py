"""Writing in a ticket: the requester again, an agent's reply, or a note among agents."""

import asyncio
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute, fetch_value
from kb.core.errors import NotAllowed
from kb.core.messages import Message
from kb.core.permissions import Permission
from kb.core.rate_limits import spend
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.drafts.keeping import forget_draft
from kb.drafts.places import ticket_place
from kb.files.using import note_files
from kb.text.markdown import render_markdown
from kb.tickets import rules
from kb.tickets.access import LockedTicket, access_ticket, may_answer
from kb.tickets.messages import AgentReplied, CustomerWrote, TicketReopened, TicketSolved
from kb.tickets.rules import Kind
from kb.tickets.tables import TicketMessage


async def reply_to_ticket(
    actor: Actor, ticket_id: UUID, body: str, kind: Kind = "agent", *, solves: bool = False, drafted: bool = False
) -> UUID:
    """Add a message and return its id. `customer` is for the requester alone, `agent` and `note` for agents.

    An agent's first reply takes an unassigned ticket. A customer's message opens a solved ticket again.
    `drafted` says that a draft was kept, which goes with it.
    """
    actor.require(Permission.TICKET_READ if kind == "customer" else Permission.TICKET_ANSWER)
    rules.check_body(body)
    if not may_answer(actor):
        await spend(f"ticket:write:{actor.person_id}", rules.WRITTEN_PER_PERSON, rules.ASK_WINDOW)
    rendered = await asyncio.to_thread(render_markdown, body)
    async with unit_of_work(actor) as unit:
        ticket = await access_ticket(actor, ticket_id)
        if kind == "customer" and ticket.requester_id != actor.person_id:
            raise NotAllowed(say("Only the person who asked writes as the customer."))
        message = TicketMessage(
            ticket_id=ticket.id,
            author_id=actor.person_id,
            kind=kind,
            position=await next_position(ticket.id),
            body_source=body,
            body_html=rendered.html,
            renderer=rendered.renderer_version,
            created_at=unit.now,
        )
        await TicketMessage.insert(message)
        await note_files("ticket_message", message.id, body, by=actor.person_id)
        await move_ticket(ticket, kind, actor, unit, solves=solves)
        if drafted and actor.person_id:
            await forget_draft(actor.person_id, ticket_place(ticket.number))
        for item in what_happened(ticket, message.id, kind, solves=solves):
            unit.emit(item)
        unit.audit(f"ticket.{kind}", "ticket", ticket.id, message=message.id, solves=solves)
    message_id: UUID = message.id
    return message_id


async def next_position(ticket_id: UUID) -> int:
    """The ticket's row is locked, so nobody else takes it meanwhile."""
    last = await fetch_value("select max(position) from ticket_message where ticket_id = $1", ticket_id)
    return int(last or 0) + 1


async def move_ticket(ticket: LockedTicket, kind: Kind, actor: Actor, unit: UnitOfWork, *, solves: bool) -> None:
    """What a message does to its ticket. A note moves neither count nor time: the requester sees both and must not learn of it.

    Who writes again while it is the other side's turn has waited since their first word, not since their last.
    """
    state = rules.state_after(ticket.state, kind, solves=solves)
    await execute(
        "update ticket set state = $2, message_count = message_count + case when $3 then 1 else 0 end,"
        " last_message_at = case when $3 then $4 else last_message_at end,"
        " solved_at = case when $2 <> 'solved' then null else coalesce(solved_at, $4) end,"
        " waiting_since = case when state <> $2 then $4 else waiting_since end,"
        " assignee_id = coalesce(assignee_id, $5) where id = $1",
        ticket.id,
        state,
        kind != "note",
        unit.now,
        actor.person_id if kind == "agent" else None,
    )


def what_happened(ticket: LockedTicket, message_id: UUID, kind: Kind, *, solves: bool) -> list[Message]:
    """What others are told of it; of a note nothing."""
    happened: list[Message] = []
    if kind == "customer":
        happened.append(CustomerWrote(ticket.id, message_id))
    if kind == "agent":
        happened.append(AgentReplied(ticket.id, message_id))
    if solves and ticket.state != "solved":
        happened.append(TicketSolved(ticket.id))
    if not solves and kind != "note" and ticket.state == "solved":
        happened.append(TicketReopened(ticket.id))
    return happened
