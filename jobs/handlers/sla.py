"""Clocks follow what happens to tickets; promises are watched by the clock."""

from jobs.registry import Handlers
from jobs.tools import Tools
from kb.desk.messages import TeamRemoved
from kb.sla.following import follow_ticket, skip_moved
from kb.sla.messages import PromisesChanged
from kb.sla.sweeping import follow_all, follow_left_behind, watch_promises
from kb.tickets.messages import (
    AgentReplied,
    CustomerWrote,
    MessagesMoved,
    TicketGivenToTeam,
    TicketOpened,
    TicketPrioritised,
    TicketReopened,
    TicketsMerged,
    TicketSolved,
    TicketTagged,
)

Moved = (
    TicketOpened
    | CustomerWrote
    | AgentReplied
    | TicketSolved
    | TicketReopened
    | TicketPrioritised
    | TicketGivenToTeam
    | TicketTagged
)


async def follow(tools: Tools, heard: Moved) -> None:
    """Whose turn it is, or what is promised, has changed."""
    await follow_ticket(heard.ticket_id)


async def follow_both(tools: Tools, heard: TicketsMerged) -> None:
    """What stands in one of them is counted there."""
    for ticket_id in (heard.ticket_id, heard.other_id):
        await skip_moved(ticket_id)
        await follow_ticket(ticket_id)


async def follow_moved(tools: Tools, heard: MessagesMoved) -> None:
    """The other ticket is announced by itself."""
    await skip_moved(heard.ticket_id)
    await follow_ticket(heard.ticket_id)


async def follow_changes(tools: Tools, heard: PromisesChanged | TeamRemoved) -> None:
    """Open tickets are due by what holds now; those of a team that is gone, by what holds without one."""
    await follow_all()


async def watch(tools: Tools) -> int:
    """Warn, note what is broken, and catch up."""
    await follow_left_behind()
    return await watch_promises()


HANDLERS: Handlers = {
    TicketOpened: (follow,),
    CustomerWrote: (follow,),
    AgentReplied: (follow,),
    TicketSolved: (follow,),
    TicketReopened: (follow,),
    TicketPrioritised: (follow,),
    TicketGivenToTeam: (follow,),
    TicketTagged: (follow,),
    TicketsMerged: (follow_both,),
    MessagesMoved: (follow_moved,),
    PromisesChanged: (follow_changes,),
    TeamRemoved: (follow_changes,),
}
