"""Tickets that come with an import. Inserting what is already there changes nothing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kb.core.database import execute, fetch_all
from kb.core.ids import new_id
from kb.core.unit_of_work import UnitOfWork
from kb.tickets.assigning import ANSWERING_ROLES
from kb.tickets.rules import Priority, readable_tags


@dataclass(frozen=True, slots=True)
class ImportedMessage:
    """One message of a ticket, already rendered. `kind` is customer, agent or note."""

    kind: str
    author_id: UUID
    body_source: str
    body_html: str
    renderer: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ImportedSatisfaction:
    """What the customer said of how it was handled. `score` is good or bad."""

    score: str
    comment: str
    given_at: datetime


@dataclass(frozen=True, slots=True)
class ImportedTicket:
    """A ticket as another system held it, its messages in order. `tags` may be written anyhow.

    Without `requester_id` whoever wrote the first message asked; without `solved_at` a solved one was so with its last.
    """

    source_id: str
    subject: str
    state: str
    messages: tuple[ImportedMessage, ...]
    priority: Priority = "normal"
    tags: tuple[str, ...] = ()
    requester_id: UUID | None = None
    assignee_id: UUID | None = None
    satisfaction: ImportedSatisfaction | None = None
    solved_at: datetime | None = None

    @property
    def last_read_at(self) -> datetime:
        """When the requester last read something new; notes are not theirs."""
        return next((m.created_at for m in reversed(self.messages) if m.kind != "note"), self.messages[0].created_at)


@dataclass(frozen=True, slots=True)
class InsertedTickets:
    """What was new: how many tickets, the ids of their messages by kind, and of all by the ticket's source id and position."""

    count: int
    customer_messages: tuple[UUID, ...]
    agent_messages: tuple[UUID, ...]
    message_ids: Mapping[tuple[str, int], UUID]


async def insert_imported_tickets(
    unit: UnitOfWork, *, source: str, tickets: Sequence[ImportedTicket]
) -> InsertedTickets:
    """Insert tickets not yet known, with all their messages."""
    rows = await fetch_all(
        "insert into ticket (id, subject, requester_id, assignee_id, state, channel, message_count, last_message_at, solved_at,"
        "   source, source_id, created_at, priority, waiting_since)"
        " select u.id, u.subject, u.requester_id, u.assignee_id, u.state, 'import', u.messages, u.last_at,"
        "   case when u.state = 'solved' then coalesce(u.solved_at, u.last_at) end, $1, u.source_id, u.created_at, u.priority, u.last_at"
        " from unnest($2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::int[], $7::timestamptz[], $8::text[], $9::timestamptz[],"
        "   $10::text[], $11::uuid[], $12::timestamptz[])"
        "   as u (id, subject, requester_id, state, messages, last_at, source_id, created_at, priority, assignee_id, solved_at)"
        " on conflict (source, source_id) do nothing returning id, source_id",
        source,
        [new_id() for _ in tickets],
        [ticket.subject for ticket in tickets],
        [ticket.requester_id or ticket.messages[0].author_id for ticket in tickets],
        [ticket.state for ticket in tickets],
        [sum(message.kind != "note" for message in ticket.messages) for ticket in tickets],
        [ticket.last_read_at for ticket in tickets],
        [ticket.source_id for ticket in tickets],
        [ticket.messages[0].created_at for ticket in tickets],
        [ticket.priority for ticket in tickets],
        [ticket.assignee_id for ticket in tickets],
        [ticket.solved_at for ticket in tickets],
    )
    fresh = {row["source_id"]: row["id"] for row in rows}
    added = [ticket for ticket in tickets if ticket.source_id in fresh]
    await _insert_tags({fresh[ticket.source_id]: ticket.tags for ticket in added})
    await _insert_satisfaction({fresh[t.source_id]: t.satisfaction for t in added if t.satisfaction})
    return await _insert_messages([(fresh[t.source_id], t, n) for t in added for n in range(1, len(t.messages) + 1)])


async def find_agents(addresses: Collection[str]) -> dict[str, UUID]:
    """Those who answer tickets here, by their small address: their role vouches for them."""
    rows = await fetch_all(
        "select lower(email) as email, id from person where lower(email) = any($1::text[]) and role = any($2)"
        " and suspended_at is null",
        [address.lower() for address in addresses],
        ANSWERING_ROLES,
    )
    return {row["email"]: row["id"] for row in rows}


async def list_agent_addresses() -> frozenset[str]:
    """Of everybody who answers tickets here, in small letters."""
    rows = await fetch_all(
        "select lower(email) as email from person where role = any($1) and email is not null", ANSWERING_ROLES
    )
    return frozenset(row["email"] for row in rows)


async def link_imported_tickets(unit: UnitOfWork, source: str, pairs: Sequence[tuple[str, str]]) -> int:
    """Each first ticket an incident of the second, or of the problem the second belongs to. Returns how many links are new."""
    rows = await fetch_all(
        "insert into ticket_link (incident_id, problem_id, created_at)"
        " select distinct on (i.id) i.id, coalesce(above.problem_id, p.id), $4"
        " from unnest($2::text[], $3::text[]) as u (incident, problem)"
        " join ticket i on i.source = $1 and i.source_id = u.incident"
        " join ticket p on p.source = $1 and p.source_id = u.problem"
        " left join ticket_link above on above.incident_id = p.id"
        " where i.id <> coalesce(above.problem_id, p.id) and not exists (select 1 from ticket_link b where b.problem_id = i.id)"
        "   and u.incident <> all($3::text[])"
        " on conflict do nothing returning incident_id",
        source,
        [incident for incident, _ in pairs],
        [problem for _, problem in pairs],
        unit.now,
    )
    return len(rows)


async def _insert_satisfaction(told: Mapping[UUID, ImportedSatisfaction]) -> None:
    await execute(
        "insert into ticket_satisfaction (ticket_id, score, comment, given_at)"
        " select * from unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[]) on conflict do nothing",
        list(told),
        [one.score for one in told.values()],
        [one.comment for one in told.values()],
        [one.given_at for one in told.values()],
    )


async def _insert_tags(tags: Mapping[UUID, Sequence[str]]) -> None:
    """What cannot be a tag is left out: a row of another system is not refused for one."""
    pairs = [(ticket_id, name) for ticket_id, words in tags.items() for name in readable_tags(words)]
    await execute(
        "insert into ticket_tag (ticket_id, name) select * from unnest($1::uuid[], $2::text[]) on conflict do nothing",
        [ticket_id for ticket_id, _ in pairs],
        [name for _, name in pairs],
    )


async def _insert_messages(new: Sequence[tuple[UUID, ImportedTicket, int]]) -> InsertedTickets:
    """Each the message at that place of that ticket."""
    ids = [new_id() for _ in new]
    messages = [ticket.messages[position - 1] for _, ticket, position in new]
    await execute(
        "insert into ticket_message (id, ticket_id, author_id, kind, position, body_source, body_html, renderer, created_at)"
        " select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::int[], $6::text[], $7::text[], $8::text[],"
        "   $9::timestamptz[])",
        ids,
        [ticket_id for ticket_id, _, _ in new],
        [message.author_id for message in messages],
        [message.kind for message in messages],
        [position for _, _, position in new],
        [message.body_source for message in messages],
        [message.body_html for message in messages],
        [message.renderer for message in messages],
        [message.created_at for message in messages],
    )
    kinds = list(zip(ids, (message.kind for message in messages), strict=True))
    return InsertedTickets(
        count=len({ticket_id for ticket_id, _, _ in new}),
        customer_messages=tuple(id_ for id_, kind in kinds if kind == "customer"),
        agent_messages=tuple(id_ for id_, kind in kinds if kind == "agent"),
        message_ids={(ticket.source_id, position): id_ for id_, (_, ticket, position) in zip(ids, new, strict=True)},
    )
