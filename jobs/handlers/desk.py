"""Tickets find their team and their agent, and come back when they were snoozed long enough."""

from jobs.registry import Handlers
from jobs.tools import Tools
from kb.desk.routing import route_ticket, route_waiting_tickets
from kb.tickets.messages import TicketGivenToTeam, TicketOpened
from kb.tickets.snoozing import wake_due_tickets


async def give_ticket_to_agent(tools: Tools, heard: TicketOpened | TicketGivenToTeam) -> None:
    """Its channel's team, and whoever's turn it is there."""
    await route_ticket(heard.ticket_id)


HANDLERS: Handlers = {
    TicketOpened: (give_ticket_to_agent,),
    TicketGivenToTeam: (give_ticket_to_agent,),
}


async def route_waiting(tools: Tools) -> None:
    """What a lost message left behind, or what found nobody who was there and had room."""
    await route_waiting_tickets()


async def wake_tickets(tools: Tools) -> None:
    """Bring back what was snoozed until now."""
    await wake_due_tickets()
