"""Having seen a message: only its reader says so, and then it is not shown again."""

from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute, fetch_one
from kb.core.errors import NotFound
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work
from kb.outreach.listening import LIVE


async def mark_seen(actor: Actor, message_id: UUID) -> str | None:
    """Note that the reader saw it and return where it leads. Seeing twice changes nothing; another's does not exist."""
    actor.require(Permission.MESSAGE_READ)
    async with unit_of_work(actor) as unit:
        row = await fetch_one(
            "update message set state = case when state = 'sent' and channel = 'in_app' then 'seen' else state end,"
            " seen_at = coalesce(seen_at, $3) where id = $1 and person_id = $2 and state in ('sent', 'seen') returning link",
            message_id,
            actor.person_id,
            unit.now,
        )
        if row is None:
            raise NotFound(say("There is no such message."))
    link: str | None = row["link"]
    return link


async def mark_seen_at(actor: Actor, link: str) -> int:
    """Note that the reader saw what messages with this link lead to, by another way; returns how many waited.

    Their other open pages look again: what waits there is less.
    """
    actor.require(Permission.MESSAGE_READ)
    async with unit_of_work(actor) as unit:
        seen = await execute(
            "update message set state = 'seen', seen_at = $3 where person_id = $1 and link = $2 and state = 'sent'"
            " and channel = 'in_app'",
            actor.person_id,
            link,
            unit.now,
        )
        await execute("select pg_notify($1, $2)", LIVE, str(actor.person_id))
    return seen


async def mark_all_seen(actor: Actor) -> int:
    """Note that the reader saw everything that waits for them; returns how many that were."""
    actor.require(Permission.MESSAGE_READ)
    async with unit_of_work(actor) as unit:
        return await execute(
            "update message set state = 'seen', seen_at = $2 where person_id = $1 and state = 'sent' and channel = 'in_app'",
            actor.person_id,
            unit.now,
        )
