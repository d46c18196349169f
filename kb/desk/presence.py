"""What agents say about themselves: whether they are there, and how many open tickets the rules may give them."""

from dataclasses import dataclass
from datetime import datetime

from kb.core.actor import Actor
from kb.core.database import execute, fetch_one
from kb.core.permissions import Permission
from kb.core.unit_of_work import unit_of_work
from kb.desk.rules import check_capacity


@dataclass(frozen=True, slots=True)
class Presence:
    """`capacity` None means no limit."""

    away_since: datetime | None = None
    capacity: int | None = None


async def get_presence(actor: Actor) -> Presence:
    """One's own."""
    actor.require(Permission.TICKET_ANSWER)
    row = await fetch_one("select away_since, capacity from desk_agent where person_id = $1", actor.person_id)
    return Presence(**row) if row else Presence()


async def set_presence(actor: Actor, *, is_away: bool, capacity: int | None) -> None:
    """While somebody is away no rule gives them a ticket; people still can. Raises `Invalid` naming `capacity`."""
    actor.require(Permission.TICKET_ANSWER)
    check_capacity(capacity)
    async with unit_of_work(actor) as unit:
        await execute(
            "insert into desk_agent (person_id, away_since, capacity) values ($1, $2, $3) on conflict (person_id) do update"
            " set away_since = case when $2::timestamptz is null then null else coalesce(desk_agent.away_since, $2) end, capacity = $3",
            actor.person_id,
            unit.now if is_away else None,
            capacity,
        )
        unit.audit("desk.presence", "person", actor.person_id, away=is_away, capacity=capacity)
