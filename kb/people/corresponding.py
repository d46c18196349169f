"""People who write to us by mail: known by their address, made known by their first mail, trusted with nothing for it.

A mail's sender is whatever its writer typed. So they act as plain members whatever their role is here, and what stands in a
ticket is told only to whoever holds an address or a Message-ID of ours (kb/mail).
"""

from dataclasses import dataclass, replace
from uuid import UUID

import asyncpg

from kb.core.actor import Actor
from kb.core.database import fetch_one, fetch_value
from kb.core.errors import Conflict, Invalid
from kb.core.ids import new_id
from kb.core.policy import Role
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work
from kb.people.rules import MAX_NAME, email_error
from kb.people.sessions import ACTS_WITH, NOT_SUSPENDED, as_actor


@dataclass(frozen=True, slots=True)
class Correspondent:
    """Who an address belongs to, and what they may do by mail."""

    person_id: UUID
    actor: Actor
    is_suspended: bool


WRITES_FROM = (
    "coalesce(p.email, case p.source when 'mail' then p.source_id when 'chat' then substr(p.source_id, 38) end)"
)
"""Where person `p` writes from, or asked in a chat to be written to, as SQL. Who only claimed an address when
signing up has not got it yet: until they confirm it, mail from there is somebody else's, who has no address but the one they write
from."""


def visitor_source(conversation_id: UUID, address: str) -> str:
    """The `source_id` of whoever left an address in a chat: one person a conversation, who is nobody else with that address."""
    return f"{conversation_id}:{address.lower()}"


MAILED_AT = f"lower({WRITES_FROM})"
"""The same in small letters, as it is compared and written to."""

_OWNER = "(p.email_verified_at is not null or p.password_hash is null)"


async def find_correspondent(address: str) -> Correspondent | None:
    """Whoever has shown that this address is theirs, or is known by nothing but mail from there; None where nobody is."""
    row = await fetch_one(
        f"select p.id, p.role, p.name, p.username, p.account_id, not coalesce({NOT_SUSPENDED}, false) as is_suspended,"
        f" {ACTS_WITH} from person p where (lower(p.email) = lower($1) and {_OWNER}) or (p.source = 'mail' and p.source_id = lower($1))"
        " order by p.email is null limit 1",
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
        called = " ".join(name.split())[:MAX_NAME] or address.partition("@")[0]
        # Two first mails of one person may arrive together: of their two rows one stays.
        added = await fetch_value(
            "insert into person (id, name, email, source, source_id, created_at)"
            " values ($1, $2, (select $3 where not exists (select 1 from person o where lower(o.email) = lower($3))),"
            "   'mail', lower($3), $4)"
            " on conflict do nothing returning id",
            new_id(),
            called,
            address,
            unit.now,
        )
        if added:
            unit.audit("person.correspond", "person", added)
    found = await find_correspondent(address)
    if found is None:
        raise Conflict(say("Somebody took this address meanwhile."))
    return found


def _correspondent(row: asyncpg.Record) -> Correspondent:
    return Correspondent(row["id"], replace(as_actor(row), role=Role.MEMBER, groups=()), row["is_suspended"])
