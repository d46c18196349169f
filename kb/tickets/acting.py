"""What is done with a ticket in the write that adds a message to it: as a macro proposes it and its sender leaves it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from kb.core.errors import Invalid
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork
from kb.tickets.access import LockedTicket
from kb.tickets.assigning import assign_in, give_in
from kb.tickets.prioritising import prioritise_in
from kb.tickets.rules import Priority, clean_tags, read_priority
from kb.tickets.tagging import tag_in


@dataclass(frozen=True, slots=True)
class Acts:
    """What is null, false or empty leaves the ticket as it is. `takes`: it becomes the sender's, whoever had it; `tags` are added."""

    takes: bool = False
    team_id: UUID | None = None
    priority: Priority | None = None
    tags: tuple[str, ...] = ()
    solves: bool = False


NO_ACTS = Acts()
SOLVED = Acts(solves=True)


def read_acts(*, takes: bool, team_id: UUID | None, priority: str, tags: Iterable[str], solves: bool) -> Acts:
    """As chosen in words. Raises `Invalid` naming `priority` or `tags`."""
    return Acts(takes, team_id, read_priority(priority) if priority else None, tuple(clean_tags(tags)), solves)


def clean_acts(acts: Acts) -> Acts:
    """With tags as they are kept. Raises `Invalid` naming `tags`."""
    return replace(acts, tags=tuple(clean_tags(acts.tags)))


async def act_in(unit: UnitOfWork, ticket: LockedTicket, acts: Acts) -> None:
    """Part of a write, behind its message; that it solves is the message's part. `ticket` is as it was before.

    Given to another team, a ticket that nobody had is nobody's again, so that the team's rule finds somebody. Raises `Invalid` naming
    `acts`.
    """
    try:
        if acts.team_id and acts.team_id != ticket.team_id:
            if ticket.assignee_id is None:
                await assign_in(unit, ticket, None)
            await give_in(unit, ticket, acts.team_id)
        if acts.takes and unit.actor.person_id:
            await assign_in(unit, ticket, unit.actor.person_id)
        if acts.priority:
            await prioritise_in(unit, ticket, acts.priority)
        if acts.tags:
            await tag_in(unit, ticket, acts.tags)
    except Invalid as refusal:
        why = next(iter(refusal.fields.values()), refusal.message)
        raise Invalid(say("Not sent: what goes with it cannot be done."), {"acts": why}) from refusal
