"""Which messages of tickets go out by mail, to whom; and that a request which came by mail is acknowledged.

Planned once, by the database: a message has one mail of a kind.
"""

from datetime import timedelta
from uuid import UUID

import asyncpg

from kb.core.actor import SYSTEM
from kb.core.clock import now
from kb.core.database import fetch_all, fetch_one
from kb.core.errors import TooMany
from kb.core.ids import new_id
from kb.core.rate_limits import spend
from kb.core.unit_of_work import unit_of_work
from kb.mail.composing import ACKNOWLEDGEMENT, REPLY_KIND
from kb.mail.messages import TicketMailPrepared
from kb.mail.office import Office
from kb.mail.rules import ACKNOWLEDGED_AT_MOST, ACKNOWLEDGED_WITHIN, READ_HERE, is_reading
from kb.mail.threading import PARTICIPANTS
from kb.people.corresponding import MAILED_AT
from kb.people.unreachable import find_unreachable
from kb.tickets.hearing import note_mail

SWEPT = timedelta(days=1)
"""Messages older than this are not mailed any more: an answer that comes after days should be looked at by its agent first."""

UNDERWAY = timedelta(minutes=2)
"""How long word of a new ticket may take to be heard; an acknowledgement counted twice would use up its address's three."""

_DUE = (
    f"select m.id, m.ticket_id, {MAILED_AT} as address, t.channel, s.seen_at,"
    f" array({PARTICIPANTS} and tp.address <> {MAILED_AT} order by tp.added_at, tp.address) as copies"
    " from ticket_message m join ticket t on t.id = m.ticket_id join person p on p.id = t.requester_id"
    " left join ticket_seen s on s.ticket_id = t.id"
    " where m.kind = 'agent' and m.author_id <> t.requester_id and m.source is null and t.channel = any($1)"
    f" and {MAILED_AT} is not null and p.suspended_at is null"
    " and (t.channel = 'email' or p.source = 'chat' or p.email_verified_at is not null)"
    " and not exists (select 1 from ticket_mail o where o.ticket_message_id = m.id and o.kind = 'reply')"
)
"""Agents' replies that should go out and have no mail yet; `$1` are the channels answered by mail. Who wrote by mail is answered
where they wrote from, who left an address in a chat is answered there; any other address gets mail once its owner has confirmed it."""


async def plan_reply(message_id: UUID, office: Office) -> None:
    """Have an agent's reply mailed, if it is to be and is not yet."""
    row = await fetch_one(f"{_DUE} and m.id = $2", list(office.answers), message_id)
    if row:
        await plan(row, REPLY_KIND, tuple(row["copies"]))


async def sweep_unplanned_replies(office: Office, *, limit: int = 200) -> int:
    """Plan what a lost message left out; returns how many."""
    rows = await fetch_all(
        f"{_DUE} and m.created_at > $2 order by m.id limit $3", list(office.answers), now() - SWEPT, limit
    )
    for row in rows:
        await plan(row, REPLY_KIND, tuple(row["copies"]))
    return len(rows)


_UNACKNOWLEDGED = (
    f"select m.id, m.ticket_id, {MAILED_AT} as address, t.channel, null::timestamptz as seen_at from ticket_message m"
    " join ticket t on t.id = m.ticket_id join person p on p.id = t.requester_id"
    f" where t.channel = 'email' and {MAILED_AT} is not null and p.suspended_at is null"
    " and not exists (select 1 from ticket_mail o where o.ticket_message_id = m.id and o.kind = 'acknowledgement')"
)


async def plan_acknowledgement(ticket_id: UUID, message_id: UUID, office: Office) -> None:
    """Have a request that came by mail acknowledged, unless that would start two machines talking."""
    if not office.acknowledges:
        return
    row = await fetch_one(f"{_UNACKNOWLEDGED} and t.id = $1 and m.id = $2", ticket_id, message_id)
    if row:
        await _acknowledge(row)


async def sweep_unacknowledged(office: Office, *, limit: int = 200) -> int:
    """Plan what a lost message left out, for mail that nobody answered meanwhile; returns how many."""
    if not office.acknowledges:
        return 0
    rows = await fetch_all(
        f"{_UNACKNOWLEDGED} and t.source = 'mail' and m.position = 1 and t.state <> 'solved' and t.merged_into is null"
        " and m.created_at between $1 and $2"
        " and not exists (select 1 from ticket_message o where o.ticket_id = t.id and o.kind = 'agent') order by m.id limit $3",
        now() - SWEPT,
        now() - UNDERWAY,
        limit,
    )
    for row in rows:
        await _acknowledge(row)
    return len(rows)


async def _acknowledge(row: asyncpg.Record) -> None:
    withheld = await _refusal(row["address"])
    await plan(row, ACKNOWLEDGEMENT, (), withheld=withheld)


async def _refusal(address: str) -> str:
    """Why nothing automatic goes to this address now; "" where it may."""
    if why := (await find_unreachable([address])).get(address):
        return "Mail to this address came back." if why == "bounced" else "Its owner complained about our mail."
    try:
        await spend(f"mail:acknowledge:{address}", ACKNOWLEDGED_AT_MOST, ACKNOWLEDGED_WITHIN)
    except TooMany:
        return f"More than {ACKNOWLEDGED_AT_MOST} within the hour: it may be a machine."
    return ""


async def plan(row: asyncpg.Record, kind: str, copies: tuple[str, ...], *, withheld: str = "") -> None:
    """Have a mail of this kind about a message sent, unless `withheld` says why not. The row holds the message's `id`, `ticket_id`,
    `address`, `channel` and `seen_at`."""
    unreachable = await find_unreachable(copies)
    reached = [one for one in dict.fromkeys(copies) if one not in unreachable]
    async with unit_of_work(SYSTEM) as unit:
        waits = not reached and is_reading(row["channel"], row["seen_at"], unit.now)
        due = unit.now + (READ_HERE if waits else timedelta(0))
        planned = await fetch_one(
            "insert into ticket_mail (id, ticket_id, ticket_message_id, kind, address, copies, state, reason, next_attempt_at, created_at)"
            " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (ticket_message_id, kind) do nothing returning id",
            new_id(),
            row["ticket_id"],
            row["id"],
            kind,
            row["address"],
            reached,
            "withheld" if withheld else "waiting",
            withheld,
            due,
            unit.now,
        )
        await note_mail(row["ticket_id"])
        if planned and not withheld and due == unit.now:
            unit.emit(TicketMailPrepared(planned["id"]))
