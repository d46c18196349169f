"""Reading tickets: a requester's own, the agents' queues, and one ticket with its messages in order."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

import asyncpg

from kb.core.actor import Actor
from kb.core.database import fetch_all, fetch_one
from kb.core.errors import NotFound
from kb.core.permissions import Permission
from kb.tickets.access import MISSING, may_answer
from kb.tickets.assigning import ANSWERING_ROLES

PAGE = 50

Queue = Literal["open", "mine", "unassigned", "waiting", "solved"]

QUEUES: dict[Queue, str] = {
    "open": "t.state = 'open'",
    "mine": "t.state <> 'solved' and t.assignee_id = $1",
    "unassigned": "t.state = 'open' and t.assignee_id is null",
    "waiting": "t.state = 'pending'",
    "solved": "t.state = 'solved'",
}
"""Each queue as a condition; `$1` is the agent. Open means it is our turn, waiting that it is the customer's."""


@dataclass(frozen=True, slots=True)
class TicketLine:
    """One row of a list."""

    id: UUID
    number: int
    subject: str
    state: str
    channel: str
    requester: str
    account_name: str | None
    assignee: str | None
    message_count: int
    created_at: datetime
    last_message_at: datetime


@dataclass(frozen=True, slots=True)
class TicketMessageView:
    """One message as its reader may see it."""

    id: UUID
    author: str
    kind: str
    source: str
    html: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class TicketView:
    """One ticket with its messages, oldest first. Requester details are for agents; the requester knows them."""

    id: UUID
    number: int
    subject: str
    state: str
    channel: str
    page_url: str | None
    requester_id: UUID
    requester: str
    requester_email: str | None
    account_name: str | None
    plan: str | None
    monthly_revenue: Decimal | None
    requester_tickets: int
    assignee_id: UUID | None
    assignee: str | None
    created_at: datetime
    solved_at: datetime | None
    draft_body: str | None
    draft_version: int
    draft_has_other: bool
    messages: tuple[TicketMessageView, ...]


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody a ticket can be handed to."""

    id: UUID
    name: str


_LINES = (
    "select t.id, t.number, t.subject, t.state, t.channel, p.name as requester, a.name as account_name,"
    " s.name as assignee, t.message_count, t.created_at, t.last_message_at"
    " from ticket t join person p on p.id = t.requester_id"
    " left join account a on a.id = p.account_id left join person s on s.id = t.assignee_id"
)


async def list_my_tickets(
    actor: Actor, *, before: tuple[datetime, UUID] | None = None, limit: int = PAGE
) -> list[TicketLine]:
    """What the actor asked, newest first; `before` is the (created_at, id) of the last one seen."""
    actor.require(Permission.TICKET_READ)
    moment, last = before or (None, None)
    rows = await fetch_all(
        f"{_LINES} where t.requester_id = $1 and ($2::timestamptz is null or (t.created_at, t.id) < ($2, $3))"
        " order by t.created_at desc, t.id desc limit $4",
        actor.person_id,
        moment,
        last,
        limit,
    )
    return [TicketLine(**row) for row in rows]


async def list_queue(
    actor: Actor, queue: Queue, *, past: tuple[datetime, UUID] | None = None, limit: int = PAGE
) -> list[TicketLine]:
    """One page of a queue; `past` is the (last_message_at, id) of the last one seen.

    Who has waited longest stands first, except among the solved, where the newest does.
    """
    actor.require(Permission.TICKET_ANSWER)
    order, sign = ("desc", "<") if queue == "solved" else ("asc", ">")
    moment, last = past or (None, None)
    rows = await fetch_all(
        f"{_LINES} where ({QUEUES[queue]}) and $1::uuid is not null"
        f" and ($2::timestamptz is null or (t.last_message_at, t.id) {sign} ($2, $3))"
        f" order by t.last_message_at {order}, t.id {order} limit $4",
        actor.person_id,
        moment,
        last,
        limit,
    )
    return [TicketLine(**row) for row in rows]


async def count_queues(actor: Actor) -> dict[Queue, int]:
    """How many tickets stand in each queue, in one statement; the solved are not counted, they only grow."""
    actor.require(Permission.TICKET_ANSWER)
    counted = [name for name in QUEUES if name != "solved"]
    filters = ", ".join(f"count(*) filter (where {QUEUES[name]}) as {name}" for name in counted)
    row = await fetch_one(
        f"select {filters} from ticket t where t.state <> 'solved' and $1::uuid is not null", actor.person_id
    )
    return {name: int(row[name]) for name in counted} if row else {}


async def get_ticket(actor: Actor, number: int) -> TicketView:
    """One ticket. Raises `NotFound` to anybody but the requester and agents.

    Notes are left out for whoever asked, even where they are an agent: a note is about the requester, not for them.
    """
    actor.require(Permission.TICKET_READ)
    row = await fetch_one(
        "select t.id, t.number, t.subject, t.state, t.channel, t.page_url, t.requester_id, p.name as requester,"
        " p.email as requester_email, a.name as account_name, a.plan, a.monthly_revenue,"
        " (select count(*) from ticket o where o.requester_id = t.requester_id) as requester_tickets,"
        " t.assignee_id, s.name as assignee, t.created_at, t.solved_at,"
        " d.body as draft_body, coalesce(d.version, 0) as draft_version, d.other_body is not null as draft_has_other"
        " from ticket t join person p on p.id = t.requester_id"
        " left join account a on a.id = p.account_id left join person s on s.id = t.assignee_id"
        " left join draft d on d.person_id = $2 and d.place = 'ticket:' || t.number"
        " where t.number = $1 and (t.requester_id = $2 or $3)",
        number,
        actor.person_id,
        may_answer(actor),
    )
    if row is None:
        raise NotFound(MISSING)
    sees_notes = may_answer(actor) and row["requester_id"] != actor.person_id
    return TicketView(**row, messages=await _list_messages(row["id"], sees_notes=sees_notes))


async def _list_messages(ticket_id: UUID, *, sees_notes: bool) -> tuple[TicketMessageView, ...]:
    rows = await fetch_all(
        "select m.id, p.name as author, m.kind, m.body_source as source, m.body_html as html, m.created_at"
        " from ticket_message m join person p on p.id = m.author_id"
        " where m.ticket_id = $1 and ($2 or m.kind <> 'note') order by m.position",
        ticket_id,
        sees_notes,
    )
    return tuple(_message(row) for row in rows)


def _message(row: asyncpg.Record) -> TicketMessageView:
    return TicketMessageView(**row)


async def list_agents(actor: Actor) -> list[Agent]:
    """Everybody a ticket can be handed to, by name."""
    actor.require(Permission.TICKET_ANSWER)
    rows = await fetch_all(
        "select id, name from person where role = any($1) and suspended_at is null order by name limit 200",
        ANSWERING_ROLES,
    )
    return [Agent(row["id"], row["name"]) for row in rows]
