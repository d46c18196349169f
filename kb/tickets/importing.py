"""Tickets that come with an import. Inserting what is already there changes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kb.core.database import execute, fetch_all
from kb.core.ids import new_id
from kb.core.unit_of_work import UnitOfWork
from kb.tickets.rules import Priority, readable_tags


@dataclass(frozen=True, slots=True)
class ImportedMessage:
    """One message of a ticket, already rendered. `kind` is customer or agent."""

    kind: str
    author_id: UUID
    body_source: str
    body_html: str
    renderer: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ImportedTicket:
    """A ticket as another system held it; its first message is the request. `tags` may be written anyhow."""

    source_id: str
    subject: str
    state: str
    messages: tuple[ImportedMessage, ...]
    priority: Priority = "normal"
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InsertedTickets:
    """What was new: how many tickets, and the ids of their messages by kind."""

    count: int
    customer_messages: tuple[UUID, ...]
    agent_messages: tuple[UUID, ...]


async def insert_imported_tickets(
    unit: UnitOfWork, *, source: str, tickets: Sequence[ImportedTicket]
) -> InsertedTickets:
    """Insert tickets not yet known, with all their messages."""
    rows = await fetch_all(
        "insert into ticket (id, subject, requester_id, state, channel, message_count, last_message_at, solved_at,"
        "   source, source_id, created_at, priority, waiting_since)"
        " select u.id, u.subject, u.requester_id, u.state, 'import', u.messages, u.last_at,"
        "   case when u.state = 'solved' then u.last_at end, $1, u.source_id, u.created_at, u.priority, u.last_at"
        " from unnest($2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::int[], $7::timestamptz[], $8::text[], $9::timestamptz[],"
        "   $10::text[]) as u (id, subject, requester_id, state, messages, last_at, source_id, created_at, priority)"
        " on conflict (source, source_id) do nothing returning id, source_id",
        source,
        [new_id() for _ in tickets],
        [ticket.subject for ticket in tickets],
        [ticket.messages[0].author_id for ticket in tickets],
        [ticket.state for ticket in tickets],
        [len(ticket.messages) for ticket in tickets],
        [ticket.messages[-1].created_at for ticket in tickets],
        [ticket.source_id for ticket in tickets],
        [ticket.messages[0].created_at for ticket in tickets],
        [ticket.priority for ticket in tickets],
    )
    fresh = {row["source_id"]: row["id"] for row in rows}
    await _insert_tags({fresh[ticket.source_id]: ticket.tags for ticket in tickets if ticket.source_id in fresh})
    new = [(fresh[t.source_id], n, m) for t in tickets if t.source_id in fresh for n, m in enumerate(t.messages, 1)]
    ids = await _insert_messages(new)
    kinds = [(id_, message.kind) for id_, (_, _, message) in zip(ids, new, strict=True)]
    return InsertedTickets(
        len(rows),
        tuple(id_ for id_, kind in kinds if kind == "customer"),
        tuple(id_ for id_, kind in kinds if kind == "agent"),
    )


async def _insert_tags(tags: Mapping[UUID, Sequence[str]]) -> None:
    """What cannot be a tag is left out: a row of another system is not refused for one."""
    pairs = [(ticket_id, name) for ticket_id, words in tags.items() for name in readable_tags(words)]
    await execute(
        "insert into ticket_tag (ticket_id, name) select * from unnest($1::uuid[], $2::text[]) on conflict do nothing",
        [ticket_id for ticket_id, _ in pairs],
        [name for _, name in pairs],
    )


async def _insert_messages(new: Sequence[tuple[UUID, int, ImportedMessage]]) -> list[UUID]:
    ids = [new_id() for _ in new]
    await fetch_all(
        "insert into ticket_message (id, ticket_id, author_id, kind, position, body_source, body_html, renderer, created_at)"
        " select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::int[], $6::text[], $7::text[], $8::text[],"
        "   $9::timestamptz[])",
        ids,
        [ticket_id for ticket_id, _, _ in new],
        [message.author_id for _, _, message in new],
        [message.kind for _, _, message in new],
        [position for _, position, _ in new],
        [message.body_source for _, _, message in new],
        [message.body_html for _, _, message in new],
        [message.renderer for _, _, message in new],
        [message.created_at for _, _, message in new],
    )
    return ids
