"""Addresses that mail does not reach, or whose owner called it spam: nothing automatic goes there any more."""

from collections.abc import Sequence
from typing import Literal

from kb.core.actor import Actor
from kb.core.database import execute, fetch_all
from kb.core.permissions import Permission
from kb.core.unit_of_work import UnitOfWork, unit_of_work

Why = Literal["bounced", "complained"]

REACHABLE = "not exists (select 1 from unreachable_address ua where ua.address = lower(p.email))"
"""The condition on person `p` to be sent what no human wrote to them."""


async def note_unreachable(unit: UnitOfWork, address: str, why: Why, reason: str) -> None:
    """Part of another write. A complaint is never weakened by a bounce that follows it."""
    await execute(
        "insert into unreachable_address as u (address, why, reason, since) values (lower($1), $2, $3, $4)"
        " on conflict (address) do update set why = $2, reason = $3, since = $4 where u.why = 'bounced'",
        address,
        why,
        reason[:1000],
        unit.now,
    )


async def find_unreachable(addresses: Sequence[str]) -> dict[str, Why]:
    """Those of the addresses that are, in small letters, and why."""
    rows = await fetch_all(
        "select address, why from unreachable_address where address = any($1)", [one.lower() for one in addresses]
    )
    return {row["address"]: row["why"] for row in rows}


async def forget_bounces(unit: UnitOfWork, address: str) -> None:
    """Part of another write: mail came from there, so it is alive. A complaint stays."""
    await execute("delete from unreachable_address where address = lower($1) and why = 'bounced'", address)


async def call_reachable(actor: Actor, address: str) -> None:
    """Agents know better: automatic mail goes there again. Twice is once."""
    actor.require(Permission.TICKET_ANSWER)
    async with unit_of_work(actor) as unit:
        if await execute("delete from unreachable_address where address = lower($1)", address):
            unit.audit("address.call_reachable", "person", None, address=address)
