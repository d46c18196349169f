"""How a customer found it: good or bad, with a word if they like, and what all of them come to."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args
from uuid import UUID

from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.database import execute, fetch_all, fetch_one
from kb.core.errors import Conflict, Invalid, NotAllowed
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.shares import wilson
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.tickets.access import access_ticket

Score = Literal["good", "bad"]
SCORES: tuple[Score, ...] = get_args(Score)

COMMENT_MAX = 2_000

RATED_WITHIN = timedelta(days=14)
"""After that it is remembered too dimly to be of use, and a report of last month stays what it was."""


@dataclass(frozen=True, slots=True)
class Rating:
    """What one customer said of one ticket."""

    score: Score
    comment: str
    given_at: datetime


async def rate_ticket(actor: Actor, ticket_id: UUID, score: str, comment: str = "") -> None:
    """Say how it was, or say it anew; the newest word counts. Raises `NotAllowed` for anybody but the requester, `Conflict` before it is
    solved and two weeks after."""
    actor.require(Permission.TICKET_READ)
    async with unit_of_work(actor) as unit:
        ticket = await access_ticket(actor, ticket_id)
        if ticket.requester_id != actor.person_id:
            raise NotAllowed(say("Only the person who asked says how it was."))
        await rate_in(unit, ticket.id, score, comment)


async def rate_in(unit: UnitOfWork, ticket_id: UUID, score: str, comment: str) -> None:
    """Part of a write, for who came by a link of ours. Raises as `rate_ticket`."""
    comment = comment.replace("\x00", "").strip()
    wrong = {}
    if score not in SCORES:
        wrong["score"] = say("Say whether it was good or bad.")
    if len(comment) > COMMENT_MAX:
        wrong["comment"] = say("At most {most} characters; this has {n}.", most=COMMENT_MAX, n=len(comment))
    if wrong:
        raise Invalid(say("This needs a little more."), wrong)
    row = await fetch_one("select solved_at, channel, merged_into from ticket where id = $1 for update", ticket_id)
    if row is None or row["solved_at"] is None or row["merged_into"] is not None:
        raise Conflict(say("It is not solved yet."))
    if row["channel"] == "import" or row["solved_at"] < unit.now - RATED_WITHIN:
        raise Conflict(say("It was too long ago to say how it was."))
    await execute(
        "insert into ticket_satisfaction (ticket_id, score, comment, given_at) values ($1, $2, $3, $4) on conflict (ticket_id)"
        " do update set score = excluded.score, comment = excluded.comment, given_at = excluded.given_at",
        ticket_id,
        score,
        comment,
        unit.now,
    )
    unit.audit("ticket.rate", "ticket", ticket_id, score=score)


async def find_rating(actor: Actor, ticket_id: UUID) -> Rating | None:
    """What was said of a ticket, for its requester and for agents."""
    actor.require(Permission.TICKET_READ)
    row = await fetch_one(
        "select r.score, r.comment, r.given_at from ticket_satisfaction r join ticket t on t.id = r.ticket_id"
        " where t.id = $1 and (t.requester_id = $2 or $3)",
        ticket_id,
        actor.person_id,
        actor.may(Permission.TICKET_ANSWER),
    )
    return Rating(**row) if row else None


@dataclass(frozen=True, slots=True)
class RatedTicket:
    """A rating with the ticket it is of, and the agent who had it."""

    id: UUID
    number: int
    subject: str
    assignee: str
    score: Score
    comment: str
    given_at: datetime


async def list_ratings(
    actor: Actor, *, score: str = "", before: tuple[datetime, UUID] | None = None, limit: int = 50
) -> list[RatedTicket]:
    """Newest first; `before` is the (given_at, id) of the last one seen."""
    actor.require(Permission.TICKET_ANSWER)
    moment, last = before or (None, None)
    rows = await fetch_all(
        "select t.id, t.number, t.subject, coalesce(a.name, '') as assignee, r.score, r.comment, r.given_at"
        " from ticket_satisfaction r join ticket t on t.id = r.ticket_id left join person a on a.id = t.assignee_id"
        " where ($1 = '' or r.score = $1) and ($2::timestamptz is null or (r.given_at, r.ticket_id) < ($2, $3))"
        " order by r.given_at desc, r.ticket_id desc limit $4",
        score,
        moment,
        last,
        limit,
    )
    return [RatedTicket(**row) for row in rows]


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """How many said good and bad in some days. `low` and `high` are Wilson's 95 % interval of the share of good; None without any."""

    good: int
    bad: int

    @property
    def share(self) -> float | None:
        """Of good."""
        return self.good / (self.good + self.bad) if self.good + self.bad else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Few answers are told from many by its width."""
        return None if self.share is None else wilson(self.share, self.good + self.bad)


async def count_satisfaction(actor: Actor, *, days: int = 30) -> Satisfaction:
    """Of the last `days`, imported ones too: they were said of us as well."""
    actor.require(Permission.TICKET_ANSWER)
    row = await fetch_one(
        "select count(*) filter (where score = 'good') as good, count(*) filter (where score = 'bad') as bad"
        " from ticket_satisfaction where given_at >= $1",
        now() - timedelta(days=days),
    )
    return Satisfaction(row["good"], row["bad"]) if row else Satisfaction(0, 0)
