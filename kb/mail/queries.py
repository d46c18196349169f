"""Reading what came in and what went out, for those who work tickets and for whoever hands mail in."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from kb.core.actor import Actor
from kb.core.database import fetch_all, fetch_one
from kb.core.errors import NotFound
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.forum.access import READABLE_TOPIC, readers
from kb.mail.settling import LeftOut
from kb.mail.threading import PARTICIPANTS
from kb.people.corresponding import MAILED_AT

PAGE = 50

MISSING = say("There is no such mail.")


@dataclass(frozen=True, slots=True)
class ReceivedLine:
    """A mail that came in. `ticket` is a number; `sender` and `subject` are "" until it was read."""

    id: UUID
    state: str
    reason: str
    came_by: str
    sender: str
    subject: str
    size: int
    attempts: int
    received_at: datetime
    post_id: UUID | None
    ticket: int | None


@dataclass(frozen=True, slots=True)
class ReceivedWhole:
    """The same with its bytes; None once they are forgotten."""

    line: ReceivedLine
    recipients: tuple[str, ...]
    content: bytes | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A mail that went out with a message: `waiting`, `sent`, `delivered`, `bounced`, `complained`, `failed` or `withheld`."""

    message_id: UUID
    kind: str
    address: str
    copies: tuple[str, ...]
    state: str
    reason: str
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Origin:
    """The mail a message came with, what of it was not taken over, and a word for agents about where it came from."""

    message_id: UUID
    mail_id: UUID
    hint: str
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True)
class Unreachable:
    """An address out of reach: mail to it `bounced` for good, or its owner `complained`."""

    address: str
    why: str


@dataclass(frozen=True, slots=True)
class TicketPost:
    """What mail has to do with a ticket's messages, by their ids. `unreachable` is there where its requester is sent nothing automatic."""

    deliveries: dict[UUID, Delivery]
    origins: dict[UUID, Origin]
    participants: tuple[str, ...]
    unreachable: Unreachable | None = None


NO_POST = TicketPost({}, {}, ())


_LINE = "m.id, m.state, m.reason, m.came_by, m.sender, m.subject, m.size, m.attempts, m.received_at, m.post_id, t.number as ticket"


_MAY_LOOK = (
    "(not m.is_reply or m.ticket_id is not null or (m.topic_id is null and $3) or exists"
    f" (select 1 from topic t join space s on s.id = t.space_id where t.id = m.topic_id and {READABLE_TOPIC}))"
)
"""A reply to a topic quotes it: it is for those who may read the topic, and for admins where nobody knows which it is."""


def _eyes(actor: Actor) -> tuple[object, ...]:
    return (*readers(actor), actor.may(Permission.MAIL_RECEIVE))


async def get_received(actor: Actor, mail_id: UUID) -> ReceivedLine:
    """What became of a mail that this program, or another, handed in. Raises `NotFound`."""
    actor.require(Permission.MAIL_RECEIVE)
    row = await fetch_one(
        f"select {_LINE} from received_mail m left join ticket t on t.id = m.ticket_id where m.id = $1", mail_id
    )
    if row is None:
        raise NotFound(MISSING)
    return ReceivedLine(**row)


async def list_review(
    actor: Actor, *, before: tuple[datetime, UUID] | None = None, limit: int = PAGE
) -> list[ReceivedLine]:
    """Mail that people must look at, the newest first; `before` is the (received_at, id) of the last one seen."""
    actor.require(Permission.TICKET_ANSWER)
    moment, last = before or (None, None)
    rows = await fetch_all(
        f"select {_LINE} from received_mail m left join ticket t on t.id = m.ticket_id"
        f" where m.state = 'review' and {_MAY_LOOK} and ($4::timestamptz is null or (m.received_at, m.id) < ($4, $5))"
        " order by m.received_at desc, m.id desc limit $6",
        *_eyes(actor),
        moment,
        last,
        limit,
    )
    return [ReceivedLine(**row) for row in rows]


async def get_received_whole(actor: Actor, mail_id: UUID) -> ReceivedWhole:
    """A mail in the review folder, or one that became part of a ticket. Raises `NotFound`."""
    actor.require(Permission.TICKET_ANSWER)
    row = await fetch_one(
        f"select {_LINE}, m.recipients, m.content from received_mail m left join ticket t on t.id = m.ticket_id"
        f" where m.id = $4 and (m.state in ('review', 'discarded') or m.ticket_id is not null) and {_MAY_LOOK}",
        *_eyes(actor),
        mail_id,
    )
    if row is None:
        raise NotFound(MISSING)
    fields = {name: row[name] for name in ReceivedLine.__dataclass_fields__}
    return ReceivedWhole(ReceivedLine(**fields), tuple(row["recipients"]), row["content"])


_HERE = "select m.id from ticket_message m join ticket i on i.id = m.ticket_id where $1 in (i.id, i.merged_into)"


async def get_ticket_post(actor: Actor, ticket_id: UUID) -> TicketPost:
    """For whoever works tickets."""
    actor.require(Permission.TICKET_ANSWER)
    rows = await fetch_all(
        f"with here as ({_HERE})"
        " select 'out' as way, o.ticket_message_id as message_id, o.kind, o.address, o.copies, o.state, o.reason, o.sent_at,"
        "   null::uuid as mail_id, null::text as left_out from ticket_mail o join here on here.id = o.ticket_message_id"
        "   where o.kind <> 'rating'"
        " union all select 'in', o.ticket_message_id, '', o.sender, '{}', o.state, o.reason, null, o.id, o.left_out::text"
        "   from received_mail o join here on here.id = o.ticket_message_id"
        f" union all select 'cc', null, '', u.address, '{{}}', '', '', null, null, null from ticket t, lateral ({PARTICIPANTS}) u"
        "   where t.id = $1"
        " union all select 'no', null, ua.why, ua.address, '{}', '', ua.reason, null, null, null from ticket t"
        f"   join person p on p.id = t.requester_id join unreachable_address ua on ua.address = {MAILED_AT} where t.id = $1",
        ticket_id,
    )
    return TicketPost(
        {row["message_id"]: _delivery(row) for row in rows if row["way"] == "out"},
        {row["message_id"]: _origin(row) for row in rows if row["way"] == "in"},
        tuple(sorted({row["address"] for row in rows if row["way"] == "cc"})),
        next((Unreachable(row["address"], row["kind"]) for row in rows if row["way"] == "no"), None),
    )


def _delivery(row: asyncpg.Record) -> Delivery:
    return Delivery(
        row["message_id"],
        row["kind"],
        row["address"],
        tuple(row["copies"]),
        row["state"],
        row["reason"],
        row["sent_at"],
    )


def _origin(row: asyncpg.Record) -> Origin:
    left_out = msgspec.json.decode(row["left_out"] or "[]", type=list[LeftOut])
    return Origin(row["message_id"], row["mail_id"], row["reason"], tuple(left_out))
