"""The two sides of a duplicate: topics and tickets, whether the actor may touch them, and whether one may lead to the other."""

from dataclasses import dataclass
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import fetch_all, fetch_one
from kb.core.errors import Invalid, KbError, NotFound
from kb.core.policy import Role, readable_visibilities, reads_all_of
from kb.core.saying import say
from kb.forum.access import access_topic
from kb.tickets.access import access_ticket


@dataclass(frozen=True, slots=True)
class Side:
    """A topic or a ticket."""

    kind: str
    id: UUID


async def access_side(actor: Actor, side: Side, *, field: str) -> None:
    """Lock it for a write. Raises `Invalid` naming the field where the actor may not read it: hidden looks like missing."""
    try:
        await (access_topic if side.kind == "topic" else access_ticket)(actor, side.id)
    except KbError as refusal:
        raise Invalid(
            say("There is no such duplicate."), {field: say("There is no such {kind}.", kind=side.kind)}
        ) from refusal


async def is_readable(actor: Actor, side: Side) -> bool:
    """Whether the actor may read it."""
    try:
        await access_side(actor, side, field="")
    except Invalid:
        return False
    return True


async def check_direction(alias: Side, original: Side) -> None:
    """Raises `Invalid` naming `original` where somebody who reads the alias would be led to what they may not read."""
    if alias.kind == "topic" and original.kind == "ticket":
        raise Invalid(say("This may not lead there."), {"original": say("A topic cannot be a duplicate of a ticket.")})
    fits = await (_ticket_fits if original.kind == "ticket" else _topic_fits)(alias, original)
    if not fits:
        reason = say("Not everybody who reads the duplicate may read this.")
        raise Invalid(say("This may not lead there."), {"original": reason})


async def _topic_fits(alias: Side, original: Side) -> bool:
    there = await fetch_one(
        "select s.visibility, t.hidden_at, t.unlisted_at from topic t join space s on s.id = t.space_id where t.id = $1",
        original.id,
    )
    if there is None or there["hidden_at"] or there["unlisted_at"]:
        return False
    if alias.kind == "ticket":
        role = await requester_role(alias.id)
        return there["visibility"] in readable_visibilities(role)
    here = await fetch_one(
        "select s.visibility from topic t join space s on s.id = t.space_id where t.id = $1", alias.id
    )
    return here is not None and reads_all_of(there["visibility"], here["visibility"])


async def _ticket_fits(alias: Side, original: Side) -> bool:
    """Two customers' tickets never lead to each other: each would learn of the other's."""
    rows = await fetch_all(
        "select distinct requester_id from ticket where id = any($1::uuid[])", [alias.id, original.id]
    )
    return len(rows) == 1


async def requester_role(ticket_id: UUID) -> Role:
    """The role of whoever asked the ticket. Raises `NotFound` without such a ticket."""
    row = await fetch_one(
        "select p.role from ticket k join person p on p.id = k.requester_id where k.id = $1", ticket_id
    )
    if row is None:
        raise NotFound(say("There is no such ticket."))
    return Role(row["role"])


async def find_asker(side: Side) -> UUID | None:
    """Whoever asked the topic or ticket."""
    sql = "select author_id as id from topic where id = $1"
    row = await fetch_one(
        sql if side.kind == "topic" else "select requester_id as id from ticket where id = $1", side.id
    )
    return row["id"] if row else None
