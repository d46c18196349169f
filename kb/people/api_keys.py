"""Keys for programs: shown once, kept as a hash, narrowed to scopes that are permission names."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.database import execute, fetch_one
from kb.core.errors import Invalid, NotFound
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work
from kb.people.sessions import ACTS_WITH, NOT_SUSPENDED, as_actor, hash_token


@dataclass(frozen=True, slots=True)
class NewKey:
    """The key itself, this once."""

    id: UUID
    key: str


async def make_api_key(actor: Actor, *, name: str, scopes: Sequence[str]) -> NewKey:
    """A key that acts as its maker, narrowed to `scopes`. Raises `Invalid` for an unknown scope or an empty name."""
    actor.require(Permission.API_KEY_MANAGE)
    if not name.strip():
        raise Invalid(say("The key needs a name."), {"name": say("say what the key is for")})
    unknown = sorted(set(scopes) - {p.value for p in Permission})
    if unknown or not scopes:
        raise Invalid(
            say("Unknown scope."),
            {"scopes": say("not a permission: {names}", names=", ".join(unknown) or say("none given"))},
        )
    key = f"al_{secrets.token_urlsafe(30)}"
    async with unit_of_work(actor) as unit:
        key_id = new_id()
        await execute(
            "insert into api_key (id, person_id, name, prefix, key_hash, scopes, created_at) values ($1, $2, $3, $4, $5, $6, $7)",
            key_id,
            actor.person_id,
            name.strip(),
            key[:8],
            hash_token(key),
            list(scopes),
            unit.now,
        )
        unit.audit("api_key.make", "api_key", key_id, scopes=list(scopes))
    return NewKey(key_id, key)


async def revoke_api_key(actor: Actor, key_id: UUID) -> None:
    """The key stops working at once. Raises `NotFound` when there is no such live key."""
    actor.require(Permission.API_KEY_MANAGE)
    async with unit_of_work(actor) as unit:
        touched = await execute(
            "update api_key set revoked_at = $2 where id = $1 and revoked_at is null", key_id, unit.now
        )
        if not touched:
            raise NotFound(say("There is no such key."))
        unit.audit("api_key.revoke", "api_key", key_id)


async def find_key_actor(key: str) -> Actor | None:
    """The actor behind a live key, scopes included; notes the use at most once a minute."""
    row = await fetch_one(
        f"select k.id as key_id, k.scopes, p.id, p.role, p.name, p.username, p.account_id, {ACTS_WITH}"
        " from api_key k join person p on p.id = k.person_id"
        f" where k.key_hash = $1 and k.revoked_at is null and {NOT_SUSPENDED}",
        hash_token(key),
    )
    if row is None:
        return None
    await execute(
        "update api_key set last_used_at = $2::timestamptz where id = $1"
        " and (last_used_at is null or last_used_at < $2::timestamptz - interval '1 minute')",
        row["key_id"],
        now(),
    )
    return replace(as_actor(row), scopes=frozenset(row["scopes"]))
