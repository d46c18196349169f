"""What is remembered of a merge or split so that it can be taken back, and where messages stand when they go and come back."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from kb.core.actor import Actor
from kb.core.database import execute, fetch_all, fetch_one
from kb.core.errors import NotFound
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class TicketChange:
    """A merge or split that can be taken back. `ticket_id` is the ticket that stayed; `before` is as it was noted."""

    id: UUID
    kind: str
    ticket_id: UUID
    other_id: UUID
    before: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TicketChangeLine:
    """The same as a list shows it: what happened, with which other ticket, by whom."""

    id: UUID
    kind: str
    number: int
    subject: str
    by: str | None
    created_at: datetime


async def note_change(unit: UnitOfWork, kind: str, ticket_id: UUID, other_id: UUID, before: Mapping[str, Any]) -> UUID:
    """Part of a write."""
    change_id = new_id()
    await execute(
        "insert into ticket_change (id, kind, ticket_id, other_id, before, actor_id, created_at)"
        " values ($1, $2, $3, $4, $5::jsonb, $6, $7)",
        change_id,
        kind,
        ticket_id,
        other_id,
        json.dumps(before, default=str),
        unit.actor.person_id,
        unit.now,
    )
    return change_id


async def get_change(change_id: UUID) -> TicketChange:
    """Raises `NotFound` for one that there is not, or that was taken back: its row goes with it, the audit log keeps it."""
    row = await fetch_one(
        "select id, kind, ticket_id, other_id, before from ticket_change where id = $1 for update", change_id
    )
    if row is None:
        raise NotFound(say("This was taken back already, or never done."))
    return TicketChange(row["id"], row["kind"], row["ticket_id"], row["other_id"], json.loads(row["before"]))


async def list_ticket_changes(actor: Actor, ticket_id: UUID, *, limit: int = 50) -> list[TicketChangeLine]:
    """What was merged into this ticket and split off it, newest first, as far as it can be taken back."""
    actor.require(Permission.TICKET_ANSWER)
    rows = await fetch_all(
        "select c.id, c.kind, o.number, o.subject, p.name as by, c.created_at from ticket_change c"
        " join ticket o on o.id = c.other_id left join person p on p.id = c.actor_id"
        " where c.ticket_id = $1 order by c.created_at desc, c.id desc limit $2",
        ticket_id,
        limit,
    )
    return [TicketChangeLine(**row) for row in rows]


async def list_messages_to_place(ticket_id: UUID) -> list[asyncpg.Record]:
    """The ticket's own messages, notes too, in their order; the ticket's row is locked, so they stay."""
    return await fetch_all(
        "select id, kind, position, created_at from ticket_message where ticket_id = $1 order by position", ticket_id
    )


async def place_messages(ticket_id: UUID, positions: Mapping[UUID, int]) -> None:
    """Put the messages into the ticket at these positions, which nothing else there may hold."""
    # Below zero first: no two may hold one place at any moment.
    await execute(
        "update ticket_message m set ticket_id = $1, position = -w.position"
        " from unnest($2::uuid[], $3::int[]) as w (id, position) where m.id = w.id",
        ticket_id,
        list(positions),
        list(positions.values()),
    )
    await execute("update ticket_message set position = -position where ticket_id = $1 and position < 0", ticket_id)


def find_places(wanted: Iterable[tuple[UUID, int]], taken: Sequence[int]) -> dict[UUID, int]:
    """The place each had, or, where something was written there since, one after all others."""
    wished = list(wanted)
    last = max([*taken, *(position for _, position in wished)], default=0)
    late = [id_ for id_, position in wished if position in taken]
    return {id_: position for id_, position in wished if position not in taken} | {
        id_: last + n for n, id_ in enumerate(late, 1)
    }


async def count_messages_again(ticket_ids: Sequence[UUID]) -> None:
    """How many messages are read in each and when the last came, those of tickets merged into it among them, notes not."""
    await execute(
        "update ticket t set message_count = c.messages, last_message_at = coalesce(c.last_at, t.last_message_at)"
        " from (select l.id, count(m.id) as messages, max(m.created_at) as last_at from ticket l"
        "   left join ticket o on o.id = l.id or o.merged_into = l.id"
        "   left join ticket_message m on m.ticket_id = o.id and m.kind <> 'note'"
        "   where l.id = any($1::uuid[]) group by l.id) c where t.id = c.id",
        list(ticket_ids),
    )
