"""Two tickets of one person about one thing become one, and come apart again exactly.

A merged ticket is a pointer: its messages stay its own and are read in the ticket it leads to. So undoing moves no message back.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.errors import Conflict, Invalid
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.tickets.access import LockedTicket, access_ticket
from kb.tickets.changes import TicketChange, count_messages_again, note_change
from kb.tickets.messages import TicketsMerged
from kb.tickets.rules import PRIORITIES, state_of_merged

_MERGED = "state, solved_at, waiting_since, priority, assignee_id, team_id, snoozed_at, snoozed_until"
"""Columns in which the ticket that stays takes up what the other brings."""


async def merge_tickets(actor: Actor, ticket_id: UUID, *, into: UUID) -> UUID:
    """Read the one's messages in the other from now on; returns the id under which that can be taken back.

    Raises `Invalid` naming `into` for the same ticket, `Conflict` for tickets of two people: one would read the other's. Those can be
    linked.
    """
    actor.require(Permission.TICKET_ANSWER)
    async with unit_of_work(actor) as unit:
        locked = {id_: await access_ticket(actor, id_) for id_ in sorted((ticket_id, into))}
        return await merge_in(unit, locked[ticket_id], locked[into])


async def merge_in(unit: UnitOfWork, ticket: LockedTicket, into: LockedTicket) -> UUID:
    """Part of a write; both are locked."""
    if ticket.id == into.id:
        raise Invalid(say("A ticket cannot be merged into itself."), {"into": say("Name another ticket.")})
    if ticket.requester_id != into.requester_id:
        raise Conflict(
            say("Tickets #{number} and #{other_number} are of two people: neither may read the other's. Link them instead.",
                number=ticket.number, other_number=into.number)
        )  # fmt: skip
    before = await columns_of(into.id)
    led = await fetch_all(
        "update ticket set merged_into = $2 where id = $1 or merged_into = $1 returning id", ticket.id, into.id
    )
    await set_columns(into.id, take_up(before, await columns_of(ticket.id)))
    await count_messages_again([into.id])
    with_it = [row["id"] for row in led if row["id"] != ticket.id]
    noted = {"columns": before, "after": await columns_of(into.id), "with_it": with_it}
    change_id = await note_change(unit, "merge", into.id, ticket.id, noted)
    unit.emit(TicketsMerged(into.id, ticket.id))
    unit.audit("ticket.merge", "ticket", into.id, other=ticket.number, change=change_id)
    return change_id


def take_up(stays: Mapping[str, Any], comes: Mapping[str, Any]) -> dict[str, Any]:
    """Nothing that waits may get lost: the more open state, the longer wait, the higher priority; and if the other is in sight and
    open, both are."""
    state = state_of_merged((stays["state"], comes["state"]))
    waits = [one["waiting_since"] for one in (stays, comes) if one["state"] == state]
    wakes = comes["state"] == "open" and not comes["snoozed_at"]
    return {
        "state": state,
        "solved_at": stays["solved_at"] if state == "solved" else None,
        "waiting_since": (max if state == "solved" else min)(waits, key=datetime.fromisoformat),
        "priority": max(stays["priority"], comes["priority"], key=PRIORITIES.index),
        "assignee_id": stays["assignee_id"] or comes["assignee_id"],
        "team_id": stays["team_id"] or comes["team_id"],
        "snoozed_at": None if wakes else stays["snoozed_at"],
        "snoozed_until": None if wakes else stays["snoozed_until"],
    }


async def unmerge_tickets(unit: UnitOfWork, change: TicketChange) -> UUID:
    """Part of a write: both stand as they stood; what was changed or written in the one that stayed since, stays there.

    Returns the ticket that stayed. Raises `Conflict` where that was merged itself since: that has to be taken back first.
    """
    if await fetch_value("select merged_into from ticket where id = $1", change.ticket_id):
        raise Conflict(say("This ticket was merged into another since. Take that back first."))
    stays = await access_ticket(unit.actor, change.ticket_id)
    with_it = [UUID(id_) for id_ in change.before["with_it"]]
    await execute("update ticket set merged_into = null where id = $1 and merged_into = $2", change.other_id, stays.id)
    await execute(
        "update ticket set merged_into = $1 where id = any($2::uuid[]) and merged_into = $3",
        change.other_id,
        with_it,
        stays.id,
    )
    now, then = await columns_of(stays.id), change.before["columns"]
    after = change.before["after"]
    await set_columns(stays.id, {name: then[name] if now[name] == after[name] else now[name] for name in now})
    await count_messages_again([stays.id, change.other_id])
    await execute("delete from ticket_change where id = $1", change.id)
    unit.emit(TicketsMerged(stays.id, change.other_id))
    unit.audit("ticket.unmerge", "ticket", stays.id, other=change.other_id)
    return stays.id


async def columns_of(ticket_id: UUID) -> dict[str, Any]:
    """As JSON says them, so that what was noted can be compared with what is."""
    columns = await fetch_value(
        f"select row_to_json(x)::text from (select {_MERGED} from ticket where id = $1) x", ticket_id
    )
    found: dict[str, Any] = json.loads(columns)
    return found


async def set_columns(ticket_id: UUID, columns: Mapping[str, Any]) -> None:
    """Part of a write: as `columns_of` said them."""
    await execute(
        f"update ticket set ({_MERGED}) = (select {_MERGED} from jsonb_populate_record(null::ticket, $2::jsonb)) where id = $1",
        ticket_id,
        json.dumps(columns),
    )
