"""Giving new tickets to teams, and to one of a team's people by its rule."""

from uuid import UUID

from kb.core.actor import SYSTEM
from kb.core.database import execute, fetch_all, fetch_one
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.desk.rules import Candidate, choose_agent
from kb.tickets.assigning import ANSWERING_ROLES
from kb.tickets.messages import TicketGivenToTeam

_TURN = 7_050_022
"""Key of the advisory lock: one ticket is given at a time, so that turns are fair and nobody gets more than they have room for."""

SWEPT = 500

_THERE = (
    "select m.person_id, m.turn, d.capacity, (select count(*) from ticket t where t.assignee_id = m.person_id"
    "   and t.state = 'open' and t.snoozed_at is null and t.merged_into is null) as open_tickets"
    " from team_member m join person p on p.id = m.person_id left join desk_agent d on d.person_id = p.id"
    " where m.team_id = {team} and d.away_since is null and p.suspended_at is null and p.role = any({roles})"
)
"""Who of a team can be given a ticket, if they have room."""


async def route_ticket(ticket_id: UUID) -> bool:
    """Give it to its channel's team where it has none, and to whoever's turn it is there. Whether somebody got it.

    Safe to run twice and at once. Where everybody is away or has no room, it waits for the next sweep.
    """
    async with unit_of_work(SYSTEM) as unit:
        await execute("select pg_advisory_xact_lock($1)", _TURN)
        ticket = await fetch_one(
            "select t.id, t.team_id, t.assignee_id, t.state, coalesce(t.team_id, c.team_id) as wanted, e.routing from ticket t"
            " left join team_channel c on c.channel = t.channel left join team e on e.id = coalesce(t.team_id, c.team_id)"
            " where t.id = $1 and t.to_route and t.merged_into is null for update of t",
            ticket_id,
        )
        if ticket is None:
            return False
        if ticket["wanted"] != ticket["team_id"]:
            await execute("update ticket set team_id = $2 where id = $1", ticket_id, ticket["wanted"])
            unit.emit(TicketGivenToTeam(ticket_id))
            unit.audit("ticket.give_to_team", "ticket", ticket_id, before=None, after=ticket["wanted"])
        is_settled = ticket["assignee_id"] or ticket["state"] == "solved" or ticket["routing"] in {None, "hand"}
        chosen = None if is_settled else choose_agent(ticket["routing"], await _candidates(ticket["wanted"]))
        if chosen:
            await _give(unit, ticket_id, ticket["wanted"], chosen)
        elif is_settled:
            await execute("update ticket set to_route = false where id = $1", ticket_id)
    return chosen is not None


async def route_waiting_tickets() -> int:
    """What a lost message left behind, and what found nobody before; the urgent first. Returns how many were given to somebody.

    Tickets of a team in which nobody is there or has room are left out, so that many of them do not stand before the others.
    """
    rows = await fetch_all(
        "select t.id from ticket t left join team_channel c on c.channel = t.channel"
        " left join team e on e.id = coalesce(t.team_id, c.team_id)"
        " where t.to_route and t.merged_into is null and (t.assignee_id is not null or t.state = 'solved' or e.routing is null"
        f"   or e.routing = 'hand' or exists (select 1 from ({_THERE.format(team='e.id', roles='$2')}) x"
        "     where x.capacity is null or x.open_tickets < x.capacity))"
        " order by t.priority_rank desc, t.waiting_since limit $1",
        SWEPT,
        ANSWERING_ROLES,
    )
    return sum([await route_ticket(row["id"]) for row in rows])


async def _candidates(team_id: UUID) -> list[Candidate]:
    rows = await fetch_all(_THERE.format(team="$1", roles="$2"), team_id, ANSWERING_ROLES)
    return [Candidate(**row) for row in rows]


async def _give(unit: UnitOfWork, ticket_id: UUID, team_id: UUID, person_id: UUID) -> None:
    await execute("update ticket set assignee_id = $2, to_route = false where id = $1", ticket_id, person_id)
    await execute(
        "update team_member set turn = (select max(turn) + 1 from team_member where team_id = $1)"
        " where team_id = $1 and person_id = $2",
        team_id,
        person_id,
    )
    unit.audit("ticket.assign", "ticket", ticket_id, before=None, after=person_id, by_rule_of=team_id)
