"""People who write to us by mail: known by their address, made known by their first mail, trusted with nothing for it.

A mail's sender is whatever its writer typed. So they act as plain members whatever their role is here, and what stands in a
ticket is told only to whoever holds an address or a Message-ID of ours (kb/mail).
"""

from dataclasses import dataclass, replace
from uuid import UUID

import asyncpg

from kb.core.actor import Actor
from kb.core.database import fetch_one, fetch_value
from kb.core.errors import Invalid
from kb.core.policy import Role
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work
from kb.people.adding import add_person
from kb.people.rules import MAX_NAME, email_error
from kb.people.sessions import ACTS_WITH, NOT_SUSPENDED, as_actor
from kb.people.tables import Person


@dataclass(frozen=True, slots=True)
class Correspondent:
    """Who an address belongs to, and what they may do by mail."""

    person_id: UUID
    actor: Actor
    is_suspended: bool


async def find_correspondent(address: str) -> Correspondent | None:
    """Whoever has this address; None where nobody has."""
    row = await fetch_one(
        f"select p.id, p.role, p.name, p.username, p.account_id, not {NOT_SUSPENDED} as is_suspended, {ACTS_WITH}"
        " from person p where lower(p.email) = lower($1)",
        address,
    )
    return _correspondent(row) if row else None


async def meet_correspondent(actor: Actor, address: str, name: str) -> Correspondent:
    """Whoever has this address, else somebody new with it, unconfirmed and without a password. Raises `Invalid` for no address."""
    if wrong := email_error(address):
        raise Invalid(say("The sender has no address that can be answered."), {"sender": wrong})
    if known := await find_correspondent(address):
        return known
    async with unit_of_work(actor) as unit:
        # Two first mails of one person arrive together: the second waits here and finds the first one's row.
        await fetch_value("select pg_advisory_xact_lock(hashtextextended(lower($1), 7310003))", address)
        if await find_correspondent(address) is None:
            called = " ".join(name.split())[:MAX_NAME] or address.partition("@")[0]
            person = Person(name=called, email=address, role=Role.MEMBER.value, created_at=unit.now)
            unit.audit("person.correspond", "person", await add_person(person))
    found = await find_correspondent(address)
    if found is None:
        raise Invalid(say("The sender has no address that can be answered."), {"sender": address})
    return found


def _correspondent(row: asyncpg.Record) -> Correspondent:
    return Correspondent(row["id"], replace(as_actor(row), role=Role.MEMBER, groups=()), row["is_suspended"])
