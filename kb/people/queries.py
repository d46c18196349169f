"""Reading people. Details are for staff and for oneself; the public face is in profiles.py."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

import asyncpg

from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.database import fetch_all, fetch_one
from kb.core.errors import NotFound, NotSignedIn
from kb.core.permissions import Permission
from kb.core.policy import Role
from kb.core.saying import say

PAGE = 50


@dataclass(frozen=True, slots=True)
class PersonDetails:
    """What staff may know: who it is, where they belong, and whether a product vouches for them."""

    id: UUID
    name: str
    username: str | None
    email: str | None
    role: Role
    account_name: str | None
    plan: str | None
    monthly_revenue: Decimal | None
    external_id: str | None
    is_vouched_for: bool
    created_at: datetime
    suspended_at: datetime | None


@dataclass(frozen=True, slots=True)
class KeyLine:
    """An API key as its list shows it; the key itself is nowhere."""

    id: UUID
    name: str
    prefix: str
    scopes: tuple[str, ...]
    owner: str
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None
    expires_at: datetime | None
    is_own: bool

    @property
    def is_expired(self) -> bool:
        """Whether it has ended by itself."""
        return self.expires_at is not None and self.expires_at <= now()


_DETAILS = (
    "select p.id, p.name, p.username, p.email, p.role, a.name as account_name, a.plan, a.monthly_revenue,"
    " p.external_id, p.external_verified as is_vouched_for, p.created_at, p.suspended_at"
    " from person p left join account a on a.id = p.account_id"
)


async def get_me(actor: Actor) -> PersonDetails:
    """Oneself. Raises `NotSignedIn` for nobody."""
    if actor.person_id is None:
        raise NotSignedIn(say("Sign in to see who you are."))
    return await _get_details(actor.person_id)


async def get_person(actor: Actor, person_id: UUID) -> PersonDetails:
    """Anybody, for staff."""
    actor.require(Permission.PERSON_READ)
    return await _get_details(person_id)


async def list_people(
    actor: Actor, *, words: str = "", role: Role | None = None, after: UUID | None = None, limit: int = PAGE
) -> list[PersonDetails]:
    """One page of people, newest first, whose name, handle, address or company holds `words`; `after` is the last id seen."""
    actor.require(Permission.PERSON_READ)
    pattern = f"%{_escaped(words.strip())}%"
    rows = await fetch_all(
        f"{_DETAILS} where ($1 = '%%' or p.name ilike $1 or p.username ilike $1 or p.email ilike $1 or a.name ilike $1)"
        " and ($2::text is null or p.role = $2) and ($3::uuid is null or p.id < $3) order by p.id desc limit $4",
        pattern,
        role.value if role else None,
        after,
        limit,
    )
    return [_details(row) for row in rows]


async def find_person_by_email(actor: Actor, email: str) -> PersonDetails | None:
    """Whose address it is, for staff and commands."""
    actor.require(Permission.PERSON_READ)
    row = await fetch_one(f"{_DETAILS} where lower(p.email) = lower($1)", email.strip())
    return _details(row) if row else None


async def list_api_keys(actor: Actor) -> list[KeyLine]:
    """One's own keys, or, for those who manage keys, everybody's; the live ones first."""
    actor.require(Permission.API_KEY_MAKE)
    rows = await fetch_all(
        "select k.id, k.name, k.prefix, k.scopes, p.name as owner, k.created_at, k.last_used_at, k.revoked_at, k.expires_at,"
        " k.person_id = $1 as is_own from api_key k join person p on p.id = k.person_id where $2 or k.person_id = $1"
        " order by k.revoked_at is not null, k.created_at desc, k.id limit 200",
        actor.person_id,
        actor.may(Permission.API_KEY_MANAGE),
    )
    return [KeyLine(**{**row, "scopes": tuple(row["scopes"])}) for row in rows]


async def _get_details(person_id: UUID) -> PersonDetails:
    row = await fetch_one(f"{_DETAILS} where p.id = $1", person_id)
    if row is None:
        raise NotFound(say("There is no such person."))
    return _details(row)


def _details(row: asyncpg.Record) -> PersonDetails:
    return PersonDetails(**{**row, "role": Role(row["role"])})


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
