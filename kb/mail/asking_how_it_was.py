"""Asking once, some time after a ticket was solved, how it was; the link in the mail needs nobody signed in."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from kb.core.actor import SYSTEM
from kb.core.clock import now
from kb.core.database import fetch_all, fetch_one
from kb.core.errors import NotFound
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work
from kb.mail.composing import RATING
from kb.mail.office import Office
from kb.mail.planning import plan
from kb.mail.rating_links import read_rating_token
from kb.people.corresponding import MAILED_AT
from kb.tickets.rating import Rating, rate_in

ASKED_AFTER = timedelta(hours=4)
"""Whoever is not helped writes again sooner: then the ticket is open and nobody is asked."""

ASKED_UNTIL = timedelta(days=3)
"""What was solved longer ago is not asked about, so that switching it on asks nobody about last year."""

_DUE = (
    f"select m.id, t.id as ticket_id, {MAILED_AT} as address, t.channel, null::timestamptz as seen_at from ticket t"
    " join person p on p.id = t.requester_id join lateral (select o.id, o.author_id from ticket_message o where o.ticket_id = t.id"
    "   and o.kind = 'agent' and o.source is null order by o.position desc limit 1) m on m.author_id <> t.requester_id"
    " where t.state = 'solved' and t.solved_at between $2 and $3 and t.channel = any($1) and t.merged_into is null"
    f" and {MAILED_AT} is not null and p.suspended_at is null"
    " and (t.channel = 'email' or p.source = 'chat' or p.email_verified_at is not null)"
    " and not exists (select from ticket_satisfaction r where r.ticket_id = t.id)"
    " and not exists (select from ticket_mail o where o.ticket_id = t.id and o.kind = 'rating')"
    " and not exists (select from unreachable_address u where u.address = lower(" + MAILED_AT + ")) limit $4"
)


async def ask_how_it_was(office: Office, *, limit: int = 200) -> int:
    """Plan the mails that are due; returns how many. Nobody is asked twice about a ticket."""
    if not office.asks_how_it_was:
        return 0
    moment = now()
    rows = await fetch_all(_DUE, list(office.answers), moment - ASKED_UNTIL, moment - ASKED_AFTER, limit)
    for row in rows:
        await plan(row, RATING, ())
    return len(rows)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a link is about: no more of the ticket than who wrote it knows anyway."""

    ticket_id: UUID
    number: int
    subject: str
    rating: Rating | None


async def find_asked(secret: str, token: str) -> Asked:
    """Raises `NotFound` for a link that we did not write."""
    ticket_id = read_rating_token(secret, token)
    row = await fetch_one(
        "select t.id, t.number, t.subject, r.score, r.comment, r.given_at from ticket t"
        " left join ticket_satisfaction r on r.ticket_id = t.id where t.id = $1",
        ticket_id,
    )
    if row is None:
        raise NotFound(say("This link asks nothing of ours."))
    rating = Rating(row["score"], row["comment"], row["given_at"]) if row["score"] else None
    return Asked(row["id"], row["number"], row["subject"], rating)


async def rate_by_link(secret: str, token: str, score: str, comment: str) -> Asked:
    """Whoever has the mail says how it was. Raises as `rate_ticket`."""
    asked = await find_asked(secret, token)
    async with unit_of_work(SYSTEM) as unit:
        await rate_in(unit, asked.ticket_id, score, comment)
    return asked
