"""Words the desk keeps its tickets under. They are the desk's own: requesters never see them, and the forum has others."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute, fetch_all
from kb.core.errors import Invalid
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.tickets.access import LockedTicket, access_ticket
from kb.tickets.messages import TicketTagged
from kb.tickets.rules import TAGS_MOST, clean_tags


@dataclass(frozen=True, slots=True)
class TicketTagCount:
    """A tag and how many tickets that are not solved bear it."""

    name: str
    tickets: int


async def set_ticket_tags(actor: Actor, ticket_id: UUID, words: Sequence[str]) -> None:
    """Exactly these from now on. Raises `Invalid` naming `tags`."""
    actor.require(Permission.TICKET_ANSWER)
    wanted = clean_tags(words)
    async with unit_of_work(actor) as unit:
        ticket = await access_ticket(actor, ticket_id)
        had = await tags_of(ticket.id)
        await untag_in(unit, ticket, [name for name in had if name not in wanted])
        await tag_in(unit, ticket, wanted)


async def tag_in(unit: UnitOfWork, ticket: LockedTicket, names: Sequence[str]) -> list[str]:
    """Part of a write. Returns those that are new; raises `Invalid` where they would become too many."""
    had = await tags_of(ticket.id)
    added = [name for name in names if name not in had]
    if len(had) + len(added) > TAGS_MOST:
        reason = say("Ticket #{number} would have more than {most} tags.", number=ticket.number, most=TAGS_MOST)
        raise Invalid(say("Too many tags."), {"tags": reason})
    if added:
        await execute(
            "insert into ticket_tag (ticket_id, name) select $1, unnest($2::text[]) on conflict do nothing",
            ticket.id,
            added,
        )
        unit.emit(TicketTagged(ticket.id))
        unit.audit("ticket.tag", "ticket", ticket.id, added=added)
    return added


async def untag_in(unit: UnitOfWork, ticket: LockedTicket, names: Sequence[str]) -> list[str]:
    """Part of a write. Returns those it bore."""
    rows = await fetch_all(
        "delete from ticket_tag where ticket_id = $1 and name = any($2::text[]) returning name", ticket.id, list(names)
    )
    removed = sorted(row["name"] for row in rows)
    if removed:
        unit.emit(TicketTagged(ticket.id))
        unit.audit("ticket.untag", "ticket", ticket.id, removed=removed)
    return removed


async def tags_of(ticket_id: UUID) -> list[str]:
    """By name; the caller has checked who asks."""
    rows = await fetch_all("select name from ticket_tag where ticket_id = $1 order by name", ticket_id)
    return [row["name"] for row in rows]


async def list_ticket_tags(actor: Actor, *, limit: int = 200) -> list[TicketTagCount]:
    """The desk's tags, those on most tickets that are not solved first."""
    actor.require(Permission.TICKET_ANSWER)
    rows = await fetch_all(
        "select x.name, count(*) filter (where t.state <> 'solved') as tickets from ticket_tag x"
        " join ticket t on t.id = x.ticket_id and t.merged_into is null group by 1 order by 2 desc, 1 limit $1",
        limit,
    )
    return [TicketTagCount(**row) for row in rows]
