"""Reading tickets: a requester's own, and one ticket with its messages in order. The views of the desk are the desk's."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

import asyncpg

from kb.core.actor import Actor
from kb.core.database import fetch_all, fetch_one
from kb.core.errors import NotFound
from kb.core.ids import possible_number
from kb.core.permissions import Permission
from kb.people.corresponding import WRITES_FROM
from kb.tickets.access import MISSING, may_answer
from kb.tickets.assigning import ANSWERING_ROLES
from kb.tickets.rules import Priority

PAGE = 50


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
    """One message as its reader may see it. `ticket_number` is another's where it came with a merged ticket."""

    id: UUID
    ticket_number: int
    author: str
    kind: str
    source: str
    html: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class DeskSide:
    """What agents alone see of a ticket. `problem` is the number of the ticket it is an incident of, `incidents` how many are linked
    to it, `merged` the numbers of those read in it, `changes` how many merges and splits can be taken back; `has_mail` tells
    whether any of its messages came or went by mail."""

    priority: Priority
    team_id: UUID | None
    team: str | None
    tags: tuple[str, ...]
    snoozed_at: datetime | None
    snoozed_until: datetime | None
    due_at: datetime | None
    waiting_since: datetime
    merged: tuple[int, ...]
    problem: int | None
    incidents: int
    changes: int
    has_mail: bool


@dataclass(frozen=True, slots=True)
class TicketView:
    """One ticket with its messages, oldest first. Requester details are for agents; the requester knows them. `desk` is None for
    whoever does not work tickets."""

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
    desk: DeskSide | None
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


_ITSELF_AND_MERGED = "= any(array(select id from ticket where id = t.id or merged_into = t.id))"

_TICKET = (
    "select t.id, t.number, t.subject, t.state, t.channel, t.page_url, t.requester_id, p.name as requester,"
    f" {WRITES_FROM} as requester_email, a.name as account_name, a.plan, a.monthly_revenue,"
    " (select count(*) from ticket o where o.requester_id = t.requester_id and o.merged_into is null) as requester_tickets,"
    " t.assignee_id, s.name as assignee, t.created_at, t.solved_at,"
    " t.priority, t.team_id, e.name as team, t.snoozed_at, t.snoozed_until, t.due_at, t.waiting_since,"
    " array(select name from ticket_tag where ticket_id = t.id order by name) as tags,"
    " array(select number from ticket where merged_into = t.id order by number) as merged,"
    " (select y.number from ticket_link l join ticket x on x.id = l.problem_id join ticket y on y.id = coalesce(x.merged_into, x.id)"
    f"   where l.incident_id {_ITSELF_AND_MERGED} and y.id <> t.id order by l.created_at limit 1) as problem,"
    " (select count(distinct coalesce(i.merged_into, i.id)) from ticket_link l join ticket i on i.id = l.incident_id"
    f"   where l.problem_id {_ITSELF_AND_MERGED} and coalesce(i.merged_into, i.id) <> t.id) as incidents,"
    " (select count(*) from ticket_change where ticket_id = t.id) as changes,"
    " t.has_mail or exists (select 1 from ticket where merged_into = t.id and has_mail) as has_mail,"
    " d.body as draft_body, coalesce(d.version, 0) as draft_version, d.other_body is not null as draft_has_other"
    " from ticket t join person p on p.id = t.requester_id left join team e on e.id = t.team_id"
    " left join account a on a.id = p.account_id left join person s on s.id = t.assignee_id"
    " left join draft d on d.person_id = $2 and d.place = 'ticket:' || t.number"
    " where t.id = (select coalesce(merged_into, id) from ticket where number = $1) and (t.requester_id = $2 or $3)"
)


async def list_my_tickets(
    actor: Actor, *, before: tuple[datetime, UUID] | None = None, limit: int = PAGE
) -> list[TicketLine]:
    """What the actor asked, newest first; `before` is the (created_at, id) of the last one seen."""
    actor.require(Permission.TICKET_READ)
    moment, last = before or (None, None)
    rows = await fetch_all(
        f"{_LINES} where t.requester_id = $1 and t.merged_into is null and ($2::timestamptz is null or (t.created_at, t.id) < ($2, $3))"
        " order by t.created_at desc, t.id desc limit $4",
        actor.person_id,
        moment,
        last,
        limit,
    )
    return [TicketLine(**row) for row in rows]


async def get_ticket(actor: Actor, number: int) -> TicketView:
    """One ticket; under the number of a merged one, the one it is read in. Raises `NotFound` to anybody but the requester and agents.

    Notes are left out for whoever asked, even where they are an agent: a note is about the requester, not for them.
    """
    actor.require(Permission.TICKET_READ)
    row = await fetch_one(_TICKET, possible_number(number), actor.person_id, may_answer(actor))
    if row is None:
        raise NotFound(MISSING)
    sees_notes = may_answer(actor) and row["requester_id"] != actor.person_id
    messages = await _list_messages(row["id"], sees_notes=sees_notes)
    of_desk = {name: row[name] for name in DeskSide.__slots__}
    of_desk |= {"tags": tuple(row["tags"]), "merged": tuple(row["merged"])}
    rest = {name: value for name, value in row.items() if name not in of_desk}
    return TicketView(**rest, desk=DeskSide(**of_desk) if may_answer(actor) else None, messages=messages)


async def _list_messages(ticket_id: UUID, *, sees_notes: bool) -> tuple[TicketMessageView, ...]:
    """In their order; those of merged tickets among them by time."""
    rows = await fetch_all(
        "select m.id, o.number as ticket_number, p.name as author, m.kind, m.body_source as source, m.body_html as html, m.created_at"
        " from ticket o join ticket_message m on m.ticket_id = o.id join person p on p.id = m.author_id"
        " where (o.id = $1 or o.merged_into = $1) and ($2 or m.kind <> 'note')"
        " order by case when exists (select 1 from ticket where merged_into = $1) then m.created_at end, m.ticket_id = $1 desc,"
        "   m.position",
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
