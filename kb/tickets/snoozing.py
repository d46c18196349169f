"""Putting a ticket out of sight until a moment, or until its customer writes."""

from datetime import datetime
from uuid import UUID

from kb.core.actor import SYSTEM, Actor
from kb.core.clock import now
from kb.core.database import execute, fetch_all
from kb.core.errors import Conflict
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.tickets.access import LockedTicket, access_ticket
from kb.tickets.rules import check_snooze

BATCH = 500


async def snooze_ticket(actor: Actor, ticket_id: UUID, until: datetime | None) -> None:
    """Out of the queues until then; None: until the customer writes, who in either case brings it back.

    Raises `Invalid` naming `until` for a moment that has passed or lies more than a year ahead, `Conflict` where it is solved.
    """
    actor.require(Permission.TICKET_ANSWER)
    check_snooze(until, now())
    async with unit_of_work(actor) as unit:
        await snooze_in(unit, await access_ticket(actor, ticket_id), until)


async def snooze_in(unit: UnitOfWork, ticket: LockedTicket, until: datetime | None) -> bool:
    """Part of a write. Whether it was in sight, or snoozed otherwise."""
    if ticket.state == "solved":
        raise Conflict(say("Ticket #{number} is solved: it is out of sight already.", number=ticket.number))
    if ticket.snoozed_at and ticket.snoozed_until == until:
        return False
    await execute("update ticket set snoozed_at = $2, snoozed_until = $3 where id = $1", ticket.id, unit.now, until)
    unit.audit("ticket.snooze", "ticket", ticket.id, until=until)
    return True


async def wake_ticket(actor: Actor, ticket_id: UUID) -> None:
    """Back into the queues, as it was. Waking one that is awake changes nothing."""
    actor.require(Permission.TICKET_ANSWER)
    async with unit_of_work(actor) as unit:
        await wake_in(unit, await access_ticket(actor, ticket_id))


async def wake_in(unit: UnitOfWork, ticket: LockedTicket) -> bool:
    """Part of a write. Whether it was snoozed."""
    if not ticket.snoozed_at:
        return False
    await execute("update ticket set snoozed_at = null, snoozed_until = null where id = $1", ticket.id)
    unit.audit("ticket.wake", "ticket", ticket.id)
    return True


async def wake_due_tickets() -> int:
    """Every ticket whose moment has come is back, and it is our turn: that moment was chosen to do something then.

    Returns how many woke; one that several workers find wakes once.
    """
    woken = 0
    while ids := await _find_due():
        async with unit_of_work(SYSTEM) as unit:
            rows = await fetch_all(
                "update ticket set snoozed_at = null, snoozed_until = null,"
                " waiting_since = case when state = 'pending' then $2 else waiting_since end,"
                " state = case when state = 'pending' then 'open' else state end"
                " where id = any($1::uuid[]) and snoozed_until <= $2 returning id",
                ids,
                unit.now,
            )
            for row in rows:
                unit.audit("ticket.wake", "ticket", row["id"])
        woken += len(rows)
    return woken


async def _find_due() -> list[UUID]:
    rows = await fetch_all(
        "select id from ticket where snoozed_at is not null and snoozed_until <= $1 order by snoozed_until limit $2",
        now(),
        BATCH,
    )
    return [row["id"] for row in rows]
