"""One ticket at the desk for programs: priority, tags, team, snoozing, merging, splitting, and the tickets of the same problem."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from litestar import delete, get, post, put

from kb.core.actor import Actor
from kb.core.permissions import Permission
from kb.tickets.access import find_ticket_id
from kb.tickets.acting import Acts
from kb.tickets.answering import reply_to_problem
from kb.tickets.assigning import give_ticket_to_team
from kb.tickets.changes import TicketChangeLine, list_ticket_changes
from kb.tickets.handling import Handling, handle_ticket
from kb.tickets.linking import LinkedTicket, link_incident, list_incidents, solve_problem, unlink_incident
from kb.tickets.merging import merge_tickets
from kb.tickets.prioritising import prioritise_ticket
from kb.tickets.queries import DeskSide, get_ticket
from kb.tickets.snoozing import snooze_ticket, wake_ticket
from kb.tickets.splitting import split_ticket, take_back_change
from kb.tickets.tagging import set_ticket_tags
from server.lists import CursorIn, Items, LimitIn, part_of
from server.moments import in_utc
from server.security.guards import requires

ANSWER = [requires(Permission.TICKET_ANSWER)]

Priority = Literal["low", "normal", "high", "urgent"]


@dataclass(frozen=True, slots=True)
class HandlingIn:
    """All four as they shall be; null hands it to nobody and gives it to no team."""

    agent_id: UUID | None
    team_id: UUID | None
    priority: Priority
    tags: list[str]


@dataclass(frozen=True, slots=True)
class PriorityIn:
    """How urgent it is."""

    priority: Priority


@dataclass(frozen=True, slots=True)
class TagsIn:
    """The desk's tags, all of them."""

    tags: list[str]


@dataclass(frozen=True, slots=True)
class TeamOfTicketIn:
    """The team's id; null gives it to none."""

    team_id: UUID | None


@dataclass(frozen=True, slots=True)
class SnoozeIn:
    """Until when it is out of sight; null until its customer writes, who brings it back in either case."""

    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class MergeIn:
    """The number of the ticket it is read in from now on."""

    into: int


@dataclass(frozen=True, slots=True)
class SplitIn:
    """The messages that become a ticket of their own, and what that is called."""

    messages: list[UUID]
    subject: str


@dataclass(frozen=True, slots=True)
class LinkedReplyIn:
    """What is written in the problem's ticket and in each linked one that is not solved. `body` is Markdown."""

    body: str
    solves: bool = False


@dataclass(frozen=True, slots=True)
class ReachedOut:
    """How many tickets it was done with."""

    tickets: int


@dataclass(frozen=True, slots=True)
class TicketChangedOut:
    """The id under which it can be taken back."""

    id: UUID


@dataclass(frozen=True, slots=True)
class SplitOut:
    """The ticket that was made."""

    id: UUID
    number: int


@get("/api/v1/tickets/{number:int}/handling", guards=ANSWER)
async def api_get_handling(actor: Actor, number: int) -> DeskSide | None:
    """What agents alone see of a ticket: priority, team, tags, snooze, due time, links."""
    return (await get_ticket(actor, number)).desk


@put("/api/v1/tickets/{number:int}/handling", guards=ANSWER, status_code=204)
async def api_handle_ticket(actor: Actor, number: int, data: HandlingIn) -> None:
    """Agent, team, priority and tags in one write."""
    wanted = Handling(data.agent_id, data.team_id, data.priority, data.tags)
    await handle_ticket(actor, await find_ticket_id(actor, number), wanted)


@put("/api/v1/tickets/{number:int}/priority", guards=ANSWER, status_code=204)
async def api_prioritise_ticket(actor: Actor, number: int, data: PriorityIn) -> None:
    """Say how urgent it is."""
    await prioritise_ticket(actor, await find_ticket_id(actor, number), data.priority)


@put("/api/v1/tickets/{number:int}/tags", guards=ANSWER, status_code=204)
async def api_tag_ticket(actor: Actor, number: int, data: TagsIn) -> None:
    """Exactly these tags of the desk from now on."""
    await set_ticket_tags(actor, await find_ticket_id(actor, number), data.tags)


@put("/api/v1/tickets/{number:int}/team", guards=ANSWER, status_code=204)
async def api_give_to_team(actor: Actor, number: int, data: TeamOfTicketIn) -> None:
    """Give it to a team, whose rule finds somebody where nobody has it, or to none."""
    await give_ticket_to_team(actor, await find_ticket_id(actor, number), data.team_id)


@put("/api/v1/tickets/{number:int}/snooze", guards=ANSWER, status_code=204)
async def api_snooze_ticket(actor: Actor, number: int, data: SnoozeIn) -> None:
    """Out of sight for a while. 409 where it is solved."""
    await snooze_ticket(actor, await find_ticket_id(actor, number), in_utc(data.until))


@delete("/api/v1/tickets/{number:int}/snooze", guards=ANSWER)
async def api_wake_ticket(actor: Actor, number: int) -> None:
    """Back in sight."""
    await wake_ticket(actor, await find_ticket_id(actor, number))


@post("/api/v1/tickets/{number:int}/merge", guards=ANSWER)
async def api_merge_ticket(actor: Actor, number: int, data: MergeIn) -> TicketChangedOut:
    """Read it in another ticket of the same person. 409 for tickets of two people, who may not read each other's: link those."""
    into = await find_ticket_id(actor, data.into)
    return TicketChangedOut(await merge_tickets(actor, await find_ticket_id(actor, number), into=into))


@post("/api/v1/tickets/{number:int}/split", guards=ANSWER)
async def api_split_ticket(actor: Actor, number: int, data: SplitIn) -> SplitOut:
    """Make a ticket of some of its messages; the first of them must be the customer's, and the ticket's first message stays."""
    made = await split_ticket(actor, await find_ticket_id(actor, number), data.messages, subject=data.subject)
    return SplitOut(made.id, made.number)


@get("/api/v1/tickets/{number:int}/changes", guards=ANSWER)
async def api_list_changes(
    actor: Actor, number: int, cursor: CursorIn = "", limit: LimitIn = 50
) -> Items[TicketChangeLine]:
    """What was merged into it and split off it, newest first, as far as it can be taken back."""
    found = await list_ticket_changes(actor, await find_ticket_id(actor, number))
    return part_of(found, lambda one: one, lambda one: str(one.id), cursor=cursor, limit=limit)


@delete("/api/v1/ticket-changes/{change_id:uuid}", guards=ANSWER)
async def api_take_back_change(actor: Actor, change_id: UUID) -> None:
    """Undo a merge or a split exactly. 409 where what happened since stands in the way."""
    await take_back_change(actor, change_id)


@get("/api/v1/tickets/{number:int}/incidents", guards=ANSWER)
async def api_list_incidents(
    actor: Actor, number: int, cursor: CursorIn = "", limit: LimitIn = 50
) -> Items[LinkedTicket]:
    """The tickets linked to a problem's, those not solved first."""
    found = await list_incidents(actor, await find_ticket_id(actor, number))
    return part_of(found, lambda one: one, lambda one: str(one.id), cursor=cursor, limit=limit)


@put("/api/v1/tickets/{number:int}/incidents/{incident:int}", guards=ANSWER, status_code=204)
async def api_link_incident(actor: Actor, number: int, incident: int) -> None:
    """Say that the one is about the other's problem; twice is once. 409 where it belongs to another problem."""
    await link_incident(actor, await find_ticket_id(actor, number), await find_ticket_id(actor, incident))


@delete("/api/v1/tickets/{number:int}/problem", guards=ANSWER)
async def api_unlink_incident(actor: Actor, number: int) -> None:
    """It stands for itself again. 409 where it was linked to nothing."""
    await unlink_incident(actor, await find_ticket_id(actor, number))


@post("/api/v1/tickets/{number:int}/incidents/messages", guards=ANSWER)
async def api_reply_to_problem(actor: Actor, number: int, data: LinkedReplyIn) -> ReachedOut:
    """One reply in the problem's ticket and in all linked ones that are not solved, each on the channel it came by."""
    ticket_id = await find_ticket_id(actor, number)
    return ReachedOut(await reply_to_problem(actor, ticket_id, data.body, acts=Acts(solves=data.solves)))


@put("/api/v1/tickets/{number:int}/incidents/solution", guards=ANSWER)
async def api_solve_problem(actor: Actor, number: int) -> ReachedOut:
    """The ticket and all that are linked to it are solved."""
    return ReachedOut(await solve_problem(actor, await find_ticket_id(actor, number)))


ROUTES: list[Any] = [
    api_get_handling, api_handle_ticket, api_prioritise_ticket, api_tag_ticket, api_give_to_team, api_snooze_ticket, api_wake_ticket,
    api_merge_ticket, api_split_ticket, api_list_changes, api_take_back_change, api_list_incidents, api_link_incident,
    api_unlink_incident, api_reply_to_problem, api_solve_problem,
]  # fmt: skip
