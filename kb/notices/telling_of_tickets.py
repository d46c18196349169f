"""Telling those who answer tickets: who calls them by name in a note, and what is about to be late."""

from datetime import datetime
from uuid import UUID

from kb.core.database import fetch_all, fetch_one
from kb.core.errors import NotFound
from kb.core.saying import say
from kb.notices.giving import Hearer, Thing, give_notices
from kb.notices.mentions import find_mentions
from kb.notices.rules import DUE, MENTION, WATCHING
from kb.tickets.assigning import ANSWERING_ROLES

_GONE = say("There is nobody to tell of this.")


async def tell_of_note(message_id: UUID) -> int:
    """Agents called by name in a note; its requester never, whatever their role. Raises `NotFound` where the note is gone."""
    note = await fetch_one(
        "select m.ticket_id, m.author_id, m.body_source, t.requester_id from ticket_message m join ticket t on t.id = m.ticket_id"
        " where m.id = $1 and m.kind = 'note'",
        message_id,
    )
    if note is None:
        raise NotFound(_GONE)
    called = await fetch_all(
        "select id from person where username = any($1::text[]) and role = any($2) and suspended_at is null and id <> $3",
        find_mentions(note["body_source"]),
        ANSWERING_ROLES,
        note["requester_id"],
    )
    thing = Thing(f"note:{message_id}:called", ticket_id=note["ticket_id"], actor_id=note["author_id"])
    return await give_notices(thing, [Hearer(row["id"], MENTION, WATCHING) for row in called])


async def tell_of_promise(clock_id: UUID, happened: str) -> int:
    """Whoever has the ticket, else its team; `happened` is warned or breached. Raises `NotFound` where the clock is gone."""
    clock = await fetch_one(
        "select c.ticket_id, t.assignee_id, t.team_id, t.requester_id from sla_clock c join ticket t on t.id = c.ticket_id"
        " where c.id = $1",
        clock_id,
    )
    if clock is None:
        raise NotFound(_GONE)
    hearers = await fetch_all(
        "select p.id from person p where p.suspended_at is null and p.role = any($3) and p.id <> $4 and (p.id = $1 or ($1::uuid is null"
        " and exists (select from team_member m where m.team_id = $2 and m.person_id = p.id)))",
        clock["assignee_id"],
        clock["team_id"],
        ANSWERING_ROLES,
        clock["requester_id"],
    )
    thing = Thing(f"promise:{clock_id}:{happened}", ticket_id=clock["ticket_id"])
    return await give_notices(thing, [Hearer(row["id"], DUE, WATCHING) for row in hearers])


async def list_untold_notes(since: datetime, until: datetime, limit: int) -> list[UUID]:
    """Notes with a call that a lost message left untold."""
    rows = await fetch_all(
        "select m.id from ticket_message m where m.kind = 'note' and m.created_at > $1 and m.created_at < $2"
        " and m.source is null and position('@' in m.body_source) > 0"
        " and not exists (select from notice_round r where r.thing = 'note:' || m.id || ':called') order by m.created_at limit $3",
        since,
        until,
        limit,
    )
    return [row["id"] for row in rows]


async def list_untold_promises(since: datetime, until: datetime, limit: int) -> list[tuple[UUID, str]]:
    """What was warned of or broken, told to nobody because a message was lost."""
    rows = await fetch_all(
        "select c.id, h.happened from sla_clock c cross join lateral (values ('warned', c.warned_at), ('breached', c.breached_at))"
        " h (happened, at) where h.at > $1 and h.at < $2 and c.met_at is null"
        " and not exists (select from notice_round r where r.thing = 'promise:' || c.id || ':' || h.happened) limit $3",
        since,
        until,
        limit,
    )
    return [(row["id"], row["happened"]) for row in rows]
