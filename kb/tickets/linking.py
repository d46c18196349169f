"""Many people, one problem: their tickets are incidents of the one that is worked on.

Links stand between the tickets as they were opened; a merged ticket counts as the one it is read in.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute, fetch_all, fetch_one, fetch_value
from kb.core.errors import Conflict, Invalid
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.tickets.access import LockedTicket, access_ticket
from kb.tickets.rules import INCIDENTS_MOST
from kb.tickets.solving import solve_in

_TAKEN = 7_050_021
"""Key of the advisory lock: two tickets linked crosswise at once would each be the other's problem."""

_ITSELF_AND_MERGED = "= any(array(select id from ticket where id = $1 or merged_into = $1))"
_INCIDENTS = (
    " from ticket_link l join ticket i on i.id = l.incident_id join ticket t on t.id = coalesce(i.merged_into, i.id)"
    f" where l.problem_id {_ITSELF_AND_MERGED} and t.id <> $1"
)


@dataclass(frozen=True, slots=True)
class LinkedTicket:
    """A ticket at the other end of a link."""

    id: UUID
    number: int
    subject: str
    state: str
    requester: str
    channel: str
    created_at: datetime


async def link_incident(actor: Actor, problem_id: UUID, incident_id: UUID) -> None:
    """The one is about the other's problem. Linking twice changes nothing.

    Raises `Invalid` naming `incident` where they are the same, `Conflict` where it belongs to another problem, where the incident has
    incidents itself or the problem is one, and where the problem has `INCIDENTS_MOST` already.
    """
    actor.require(Permission.TICKET_ANSWER)
    async with unit_of_work(actor) as unit:
        await execute("select pg_advisory_xact_lock($1)", _TAKEN)
        problem, incident = await access_ticket(actor, problem_id), await access_ticket(actor, incident_id)
        if await _check(problem, incident):
            return
        await execute(
            "insert into ticket_link (incident_id, problem_id, created_at) values ($1, $2, $3)"
            " on conflict (incident_id) do update set problem_id = $2, created_at = $3",  # of a problem merged into the incident
            incident.id,
            problem.id,
            unit.now,
        )
        unit.audit("ticket.link", "ticket", incident.id, problem=problem.number)


async def _check(problem: LockedTicket, incident: LockedTicket) -> bool:
    """Whether they are linked already; raises where they cannot be."""
    if problem.id == incident.id:
        raise Invalid(say("A ticket is no incident of itself."), {"incident": say("Name another ticket.")})
    leads_to = await find_problem_id(incident.id)
    if leads_to == problem.id:
        return True
    if leads_to:
        raise Conflict(say("Ticket #{number} is linked to another problem.", number=incident.number))
    if await find_problem_id(problem.id):
        raise Conflict(say("Ticket #{number} is linked to a problem itself.", number=problem.number))
    if await fetch_value(f"select 1{_INCIDENTS} limit 1", incident.id):
        raise Conflict(say("Tickets are linked to #{number} itself: link them here first.", number=incident.number))
    if await fetch_value(f"select count(*){_INCIDENTS}", problem.id) >= INCIDENTS_MOST:
        raise Conflict(say("At most {most} tickets are linked to one problem.", most=INCIDENTS_MOST))
    return False


async def unlink_incident(actor: Actor, incident_id: UUID) -> None:
    """It stands for itself again. Raises `Conflict` where it was linked to nothing."""
    actor.require(Permission.TICKET_ANSWER)
    async with unit_of_work(actor) as unit:
        incident = await access_ticket(actor, incident_id)
        gone = await execute(
            f"delete from ticket_link where incident_id {_ITSELF_AND_MERGED}",
            incident.id,
        )
        if not gone:
            raise Conflict(say("This ticket is not linked to a problem."))
        unit.audit("ticket.unlink", "ticket", incident.id)


async def solve_problem(actor: Actor, problem_id: UUID) -> int:
    """The problem's ticket and all linked ones are solved, without another word; returns how many were not."""
    actor.require(Permission.TICKET_ANSWER)
    solved = 0
    async with unit_of_work(actor) as unit:
        problem = await access_ticket(actor, problem_id)
        for id_ in await list_open_incidents(problem.id):
            solved += await _solve(unit, id_)
        solved += await solve_in(unit, problem)
    return solved


async def _solve(unit: UnitOfWork, ticket_id: UUID) -> bool:
    return await solve_in(unit, await access_ticket(unit.actor, ticket_id))


async def find_problem_id(incident_id: UUID) -> UUID | None:
    """The ticket that a ticket's problem is worked on in. The caller has checked who asks."""
    row = await fetch_one(
        "select coalesce(p.merged_into, p.id) as id from ticket_link l join ticket p on p.id = l.problem_id"
        f" where l.incident_id {_ITSELF_AND_MERGED} and coalesce(p.merged_into, p.id) <> $1 order by l.created_at limit 1",
        incident_id,
    )
    return row["id"] if row else None


async def list_open_incidents(problem_id: UUID) -> list[UUID]:
    """Those not solved, in one order so that two acts do not wait for each other. The caller has checked who asks."""
    rows = await fetch_all(f"select distinct t.id{_INCIDENTS} and t.state <> 'solved' order by t.id", problem_id)
    return [row["id"] for row in rows]


async def list_incidents(actor: Actor, problem_id: UUID) -> list[LinkedTicket]:
    """The tickets linked to a problem, each once: those not solved first, the oldest of them first."""
    actor.require(Permission.TICKET_ANSWER)
    rows = await fetch_all(
        "select * from (select distinct on (t.id) t.id, t.number, t.subject, t.state,"
        f" (select name from person where id = t.requester_id) as requester, t.channel, t.created_at{_INCIDENTS}) x"
        " order by state = 'solved', number",
        problem_id,
    )
    return [LinkedTicket(**row) for row in rows]
