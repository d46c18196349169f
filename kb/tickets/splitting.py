"""Messages that ask something else become a ticket of their own, and come back exactly."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg

from kb.core.actor import Actor
from kb.core.database import execute, fetch_one, fetch_value
from kb.core.errors import Conflict, Invalid, NotFound
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.tickets.access import MISSING, LockedTicket, access_ticket
from kb.tickets.asking import OpenedTicket
from kb.tickets.changes import (
    TicketChange,
    count_messages_again,
    find_places,
    get_change,
    list_messages_to_place,
    note_change,
    place_messages,
)
from kb.tickets.merging import columns_of, set_columns, take_up, unmerge_tickets
from kb.tickets.messages import MessagesMoved, TicketOpened
from kb.tickets.rules import check_subject

_WHOSE_TURN = ("state", "waiting_since", "snoozed_at")


async def split_ticket(actor: Actor, ticket_id: UUID, message_ids: Sequence[UUID], *, subject: str) -> OpenedTicket:
    """Make a ticket of these messages, for the same person and with the same agent, team and priority.

    Raises `Invalid` naming `subject` or `messages`: a ticket begins with its customer's word, the new one as well as the old.
    """
    actor.require(Permission.TICKET_ANSWER)
    check_subject(subject)
    async with unit_of_work(actor) as unit:
        ticket = await access_ticket(actor, ticket_id)
        moving = _choose(await list_messages_to_place(ticket.id), set(message_ids))
        made = await _insert_ticket(ticket.id, moving, subject.strip())
        places = [[message["id"], message["position"]] for message in moving]
        await place_messages(made.id, {message["id"]: n for n, message in enumerate(moving, 1)})
        await count_messages_again([ticket.id, made.id])
        noted = {"places": places, "columns": await columns_of(ticket.id)}
        change_id = await note_change(unit, "split", ticket.id, made.id, noted)
        unit.emit(TicketOpened(made.id, moving[0]["id"]))
        unit.emit(MessagesMoved(made.id, [message["id"] for message in moving]))
        unit.audit("ticket.split", "ticket", ticket.id, made=made.number, messages=len(moving), change=change_id)
    return made


def _choose(messages: Sequence[asyncpg.Record], wanted: set[UUID]) -> list[asyncpg.Record]:
    chosen = [message for message in messages if message["id"] in wanted]
    if not chosen or len(chosen) != len(wanted):
        raise Invalid(say("Nothing to split."), {"messages": say("Choose messages of this ticket.")})
    if chosen[0]["id"] == messages[0]["id"]:
        raise Invalid(say("Nothing to split."), {"messages": say("The first message stays: it is what the ticket is.")})
    if chosen[0]["kind"] != "customer":
        raise Invalid(say("Nothing to split."), {"messages": say("The first one chosen must be the customer's.")})
    return chosen


async def _insert_ticket(ticket_id: UUID, moving: Sequence[asyncpg.Record], subject: str) -> OpenedTicket:
    """Waiting for whoever did not write its last word, since the first of theirs that went without a reply."""
    spoken = [message for message in moving if message["kind"] != "note"]
    last_kind = spoken[-1]["kind"]
    turn = next((n for n, message in enumerate(reversed(spoken)) if message["kind"] != last_kind), len(spoken))
    row = await fetch_one(
        "insert into ticket (id, subject, requester_id, assignee_id, team_id, priority, state, channel, page_url,"
        "   last_message_at, waiting_since, created_at)"
        " select $1, $2, requester_id, assignee_id, team_id, priority, $3, channel, page_url, $4, $5, $6"
        " from ticket where id = $7 returning id, number",
        new_id(),
        subject,
        "open" if last_kind == "customer" else "pending",
        spoken[-1]["created_at"],
        spoken[-turn]["created_at"],
        moving[0]["created_at"],
        ticket_id,
    )
    if row is None:
        raise NotFound(MISSING)
    return OpenedTicket(**row)


async def take_back_change(actor: Actor, change_id: UUID) -> UUID:
    """Undo a merge or a split; returns the ticket that stays. Raises `NotFound` for one undone already, `Conflict` where what
    happened since stands in the way."""
    actor.require(Permission.TICKET_ANSWER)
    async with unit_of_work(actor) as unit:
        change = await get_change(change_id)
        return await take_back_in(unit, change)


async def take_back_in(unit: UnitOfWork, change: TicketChange) -> UUID:
    """Part of a write."""
    return await (unmerge_tickets if change.kind == "merge" else _unsplit)(unit, change)


async def _unsplit(unit: UnitOfWork, change: TicketChange) -> UUID:
    """The messages stand where they stood, and the ticket made of them is gone."""
    made = await access_ticket(unit.actor, change.other_id)
    ticket = await access_ticket(unit.actor, change.ticket_id)
    places = [(UUID(id_), position) for id_, position in change.before["places"]]
    held = {message["id"] for message in await list_messages_to_place(change.other_id)}
    is_merged = await fetch_value(
        "select 1 from ticket where id = $1 and merged_into is not null or merged_into = $1", change.other_id
    )
    if is_merged or held != {id_ for id_, _ in places}:
        raise Conflict(say("Something was written or merged there since. Merge the tickets instead."))
    await _let_nothing_wait_unseen(change, ticket, made)
    taken = [message["position"] for message in await list_messages_to_place(change.ticket_id)]
    await place_messages(change.ticket_id, find_places(places, taken))
    await execute("delete from ticket_change where id = $1", change.id)
    await execute("delete from ticket where id = $1", made.id)
    await count_messages_again([ticket.id, change.ticket_id])
    unit.emit(MessagesMoved(change.ticket_id, [id_ for id_, _ in places]))
    unit.audit("ticket.unsplit", "ticket", ticket.id, gone=made.number, messages=len(places))
    return ticket.id


async def _let_nothing_wait_unseen(change: TicketChange, ticket: LockedTicket, made: LockedTicket) -> None:
    """A ticket that was answered, solved or snoozed without these messages takes up how the one made of them stands; another is as it
    was, and they with it."""
    had, now = change.before.get("columns", {}), await columns_of(ticket.id)
    if any(now[name] != had.get(name) for name in _WHOSE_TURN):
        await set_columns(ticket.id, take_up(now, await columns_of(made.id)))
