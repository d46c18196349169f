"""Who takes care of a ticket, how urgent it is and what it is kept under: as an agent sets them, in one write."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from kb.core.actor import Actor
from kb.core.permissions import Permission
from kb.core.unit_of_work import unit_of_work
from kb.tickets.access import LockedTicket, access_ticket
from kb.tickets.assigning import assign_in, give_in
from kb.tickets.prioritising import prioritise_in
from kb.tickets.rules import clean_tags, read_priority
from kb.tickets.tagging import tag_in, tags_of, untag_in


@dataclass(frozen=True, slots=True)
class Handling:
    """All four as they shall be; None hands it to nobody, gives it to no team. `seen` is how they stood for whoever chose."""

    assignee_id: UUID | None
    team_id: UUID | None
    priority: str
    tags: Sequence[str]
    seen: "Handling | None" = None


async def handle_ticket(actor: Actor, ticket_id: UUID, wanted: Handling) -> None:
    """Change what differs from what was seen, else from how it is: what somebody changed meanwhile stays as they made it.

    Raises `Invalid` naming `assignee_id`, `team_id`, `priority` or `tags`; then nothing changes.
    """
    actor.require(Permission.TICKET_ANSWER)
    priority, tags = read_priority(wanted.priority), clean_tags(wanted.tags)
    async with unit_of_work(actor) as unit:
        ticket = await access_ticket(actor, ticket_id)
        seen = wanted.seen or await _stands(ticket)
        if wanted.team_id != seen.team_id:
            await give_in(unit, ticket, wanted.team_id)
        if wanted.assignee_id != seen.assignee_id:
            await assign_in(unit, ticket, wanted.assignee_id)
        if priority != seen.priority:
            await prioritise_in(unit, ticket, priority)
        await untag_in(unit, ticket, [name for name in seen.tags if name not in tags])
        await tag_in(unit, ticket, [name for name in tags if name not in seen.tags])


async def _stands(ticket: LockedTicket) -> Handling:
    return Handling(ticket.assignee_id, ticket.team_id, ticket.priority, await tags_of(ticket.id))
