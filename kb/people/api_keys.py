"""Keys for programs: shown once, kept as a hash, narrowed to scopes that are permission names."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.database import execute, fetch_one
from kb.core.errors import Invalid, NotFound
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.rate_limits import spend
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work
from kb.people.sessions import ACTS_WITH, NOT_SUSPENDED, as_actor, hash_token

NAME_MAX = 100
KEYS_MAX = 50
"""Live keys of one person: one a program, and nobody has more programs than can be told apart in a list."""

CALLS_A_MINUTE = 1_200
"""Twenty a second, of one key: more than any script needs, and a tenth of what one process answers."""

LIVE = "k.revoked_at is null and (k.expires_at is null or k.expires_at > now())"
"""The condition on a key `k` to work."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """The key itself, this once."""

    id: UUID
    key: str


async def make_api_key(actor: Actor, *, name: str, scopes: Sequence[str], expires_at: datetime | None = None) -> NewKey:
    """A key that acts as its maker, narrowed to `scopes` and, where given, to a time.

    Raises `Invalid` for an empty name, for scopes that are unknown or wider than what the maker holds, and for a time gone by.
    """
    actor.require(Permission.API_KEY_MAKE)
    _check(actor, name, scopes, expires_at)
    key = f"al_{secrets.token_urlsafe(30)}"
    async with unit_of_work(actor) as unit:
        await _check_room(actor)
        key_id = new_id()
        await execute(
            "insert into api_key (id, person_id, name, prefix, key_hash, scopes, created_at, expires_at)"
            " values ($1, $2, $3, $4, $5, $6, $7, $8)",
            key_id,
            actor.person_id,
            name.strip(),
            key[:8],
            hash_token(key),
            sorted(set(scopes)),
            unit.now,
            expires_at,
        )
        unit.audit("api_key.make", "api_key", key_id, scopes=sorted(set(scopes)))
    return NewKey(key_id, key)


def _check(actor: Actor, name: str, scopes: Sequence[str], expires_at: datetime | None) -> None:
    fields: dict[str, str] = {}
    if not 1 <= len(name.strip()) <= NAME_MAX:
        fields["name"] = say("Say in 1 to {most} characters what the key is for.", most=NAME_MAX)
    known = {permission.value for permission in Permission}
    wider = sorted(scope for scope in set(scopes) if scope not in known or not actor.holds(scope))
    if wider:
        fields["scopes"] = say("You may not do this yourself, or nobody can: {scopes}.", scopes=", ".join(wider)[:200])
    elif not scopes:
        fields["scopes"] = say("Choose at least one.")
    if expires_at is not None and expires_at <= now():
        fields["expires_at"] = say("Choose a time to come.")
    if fields:
        raise Invalid(say("The key needs another look."), fields)


async def _check_room(actor: Actor) -> None:
    """Inside the unit: a person's row is locked, so that keys made at once are counted one after the other."""
    await fetch_one("select 1 from person where id = $1 for update", actor.person_id)
    row = await fetch_one(f"select count(*) as live from api_key k where k.person_id = $1 and {LIVE}", actor.person_id)
    if row is not None and row["live"] >= KEYS_MAX:
        said = say("You have {most} keys. Revoke one that is no longer used.", most=KEYS_MAX)
        raise Invalid(said, {"name": said})


async def revoke_api_key(actor: Actor, key_id: UUID) -> None:
    """The key stops working at once. Raises `NotFound` where the actor has no such live key; admins stop anybody's."""
    actor.require(Permission.API_KEY_MAKE)
    async with unit_of_work(actor) as unit:
        touched = await execute(
            "update api_key set revoked_at = $2 where id = $1 and revoked_at is null and ($3 or person_id = $4)",
            key_id,
            unit.now,
            actor.may(Permission.API_KEY_MANAGE),
            actor.person_id,
        )
        if not touched:
            raise NotFound(say("There is no such key."))
        unit.audit("api_key.revoke", "api_key", key_id)


async def find_key_actor(key: str) -> Actor | None:
    """The actor behind a live key, scopes included; notes the use at most once a minute. Raises `TooMany` past `CALLS_A_MINUTE`."""
    row = await fetch_one(
        f"select k.id as key_id, k.scopes, p.id, p.role, p.name, p.username, p.account_id, {ACTS_WITH}"
        " from api_key k join person p on p.id = k.person_id"
        f" where k.key_hash = $1 and {LIVE} and {NOT_SUSPENDED}",
        hash_token(key),
    )
    if row is None:
        return None
    await spend(f"api_key:{row['key_id']}", CALLS_A_MINUTE, timedelta(minutes=1))
    await execute(
        "update api_key set last_used_at = $2::timestamptz where id = $1"
        " and (last_used_at is null or last_used_at < $2::timestamptz - interval '1 minute')",
        row["key_id"],
        now(),
    )
    return replace(as_actor(row), scopes=frozenset(row["scopes"]))
