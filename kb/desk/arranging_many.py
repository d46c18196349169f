"""One thing done with one or many tickets of a view, in one write, and taken back as one."""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute, fetch_all, fetch_one
from kb.core.errors import Conflict, Invalid, NotFound
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work
from kb.desk.acts import ACTS, Doing
from kb.text.storing import storable
from kb.tickets.access import access_ticket

MOST = 100
"""Tickets at once: their rows are locked until all are done."""

NO_BATCH = say("There is nothing at this address.")


@dataclass(frozen=True, slots=True)
class Batch:
    """What was done, with how many tickets; the others stood so already. `numbers` are those it was done with."""

    id: UUID
    action: str
    detail: str
    changed: int
    numbers: tuple[int, ...]
    is_undone: bool


async def arrange_tickets(actor: Actor, ticket_ids: Sequence[UUID], action: str, *, detail: str = "") -> Batch:
    """Do it with all of them or, where one refuses, with none.

    `detail` is the agent's id, the team's id ("" for nobody and none), the priority, the tags, or until when to snooze: a moment, or ""
    until the customer writes. Raises `Invalid` naming `tickets`, `action` or `detail`, `Conflict`, and `NotFound` for a ticket that
    is not there.
    """
    actor.require(Permission.TICKET_ANSWER)
    wanted = sorted(set(ticket_ids))
    if not 1 <= len(wanted) <= MOST:
        raise Invalid(say("Choose tickets first."), {"tickets": say("From 1 to {most} tickets.", most=MOST)})
    detail = storable(detail)
    do = _prepare(action, detail)
    async with unit_of_work(actor) as unit:
        tickets = {ticket.id: ticket for ticket in [await access_ticket(actor, id_) for id_ in wanted]}
        try:
            before = await do(unit, sorted(tickets.values(), key=lambda one: one.number))
        except Invalid as refusal:
            raise _of_detail(refusal) from refusal
        batch_id = new_id()
        await execute(
            "insert into ticket_batch (id, action, detail, before, actor_id, created_at) values ($1, $2, $3, $4::jsonb, $5, $6)",
            batch_id,
            action,
            detail[:300],
            json.dumps([[ticket.number, id_, was] for id_, was in before if (ticket := tickets.get(id_))], default=str),
            actor.person_id,
            unit.now,
        )
        unit.audit("ticket.arrange_many", "ticket_batch", batch_id, did=action, detail=detail, tickets=len(before))
    numbers = tuple(tickets[id_].number for id_, _ in before)
    return Batch(batch_id, action, detail, len(before), numbers, is_undone=False)


async def get_batch(actor: Actor, batch_id: UUID) -> Batch:
    """What was done. Raises `NotFound` for what was never done."""
    actor.require(Permission.TICKET_ANSWER)
    row = await fetch_one(
        "select action, detail, before, undone_at is not null as is_undone from ticket_batch where id = $1", batch_id
    )
    if row is None:
        raise NotFound(NO_BATCH)
    before = json.loads(row["before"])
    numbers = tuple(number for number, _, _ in before)
    return Batch(batch_id, row["action"], row["detail"], len(before), numbers, row["is_undone"])


async def take_back_batch(actor: Actor, batch_id: UUID) -> int:
    """Each ticket is as it was, unless somebody has changed that since or it cannot be so any more; twice is once.

    Returns how many changed back.
    """
    actor.require(Permission.TICKET_ANSWER)
    async with unit_of_work(actor) as unit:
        row = await fetch_one(
            "select action, detail, before, undone_at from ticket_batch where id = $1 for update", batch_id
        )
        if row is None:
            raise NotFound(NO_BATCH)
        if row["undone_at"]:
            return 0
        undo, before, back = ACTS[row["action"]].undo, json.loads(row["before"]), 0
        standing = await _lock([UUID(ticket_id) for _, ticket_id, _ in before])
        for _, ticket_id, was in reversed(before):  # what was merged last comes out first
            if UUID(ticket_id) in standing:
                # it cannot be as it was where the agent or the team is gone, or it was merged on
                with suppress(Invalid, Conflict, NotFound):
                    back += await undo(unit, UUID(ticket_id), was, row["detail"])
        await execute("update ticket_batch set undone_at = $2 where id = $1", batch_id, unit.now)
        unit.audit("ticket.take_back_many", "ticket_batch", batch_id, tickets=back)
    return back


async def _lock(ticket_ids: Sequence[UUID]) -> set[UUID]:
    """In one order, so that two who take back do not wait for each other. A ticket may be gone: made by a split taken back since."""
    rows = await fetch_all("select id from ticket where id = any($1::uuid[]) order by id for update", list(ticket_ids))
    return {row["id"] for row in rows}


def _prepare(action: str, detail: str) -> Doing:
    """Everything that can be checked is, before the first ticket changes."""
    if action not in ACTS:
        raise Invalid(say("Choose what to do."), {"action": say("Choose what to do with them.")})
    try:
        return ACTS[action].prepare(detail)
    except Invalid as refusal:
        raise _of_detail(refusal) from refusal


def _of_detail(refusal: Invalid) -> Invalid:
    """What is refused is the detail, whatever it is called elsewhere."""
    return Invalid(refusal.message, {"detail": next(iter(refusal.fields.values()), refusal.message)})
