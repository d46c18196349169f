"""Signing in and out: sessions are random tokens of which only a hash is kept."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.database import execute, fetch_one
from kb.core.ids import new_id
from kb.core.policy import Role
from kb.core.trust import Trust

ACTS_WITH = (
    "p.language, array(select gm.group_id::text from group_member gm where gm.person_id = p.id) as groups,"
    " p.silenced_until, p.warned_at, p.trust, p.picture"
)
"""What person `p` acts with besides who they are, for the statement that makes an actor of a row."""

NOT_SUSPENDED = "(p.suspended_at is null or p.suspended_until <= now())"
"""The condition on person `p` to come in at all."""

LIFETIME = timedelta(days=30)


async def open_session(person_id: UUID, *, user_agent: str) -> str:
    """A new session for a person whose password or token has just been checked; returns the token for the cookie."""
    token = secrets.token_urlsafe(32)
    await execute(
        "insert into session (id, token_hash, person_id, user_agent, created_at, expires_at) values ($1, $2, $3, $4, $5, $6)",
        new_id(),
        hash_token(token),
        person_id,
        user_agent[:300],
        now(),
        now() + LIFETIME,
    )
    return token


async def close_session(token: str) -> None:
    """End it; ending it twice is fine."""
    await execute("delete from session where token_hash = $1", hash_token(token))


async def find_session_actor(token: str) -> Actor | None:
    """The person of a live session, in one statement; None when it ended or the person is suspended."""
    row = await fetch_one(
        f"select p.id, p.role, p.name, p.username, p.account_id, {ACTS_WITH} from session s join person p on p.id = s.person_id"
        f" where s.token_hash = $1 and s.expires_at > $2 and {NOT_SUSPENDED}",
        hash_token(token),
        now(),
    )
    return as_actor(row) if row else None


def as_actor(row: Mapping[str, Any]) -> Actor:
    """A row of `person` with `ACTS_WITH` as the actor they are when signed in: the one way to an actor, so that every door
    obeys what the moderators decided."""
    silenced_until = row["silenced_until"]
    return Actor(
        role=Role(row["role"]),
        person_id=row["id"],
        account_id=row["account_id"],
        name=row["name"],
        username=row["username"] or "",
        groups=tuple(map(UUID, row["groups"])),
        silenced_until=silenced_until if silenced_until and silenced_until > now() else None,
        is_warned=row["warned_at"] is not None,
        trust=Trust(row["trust"]),
        picture=row["picture"],
        language=row["language"],
    )


def hash_token(token: str) -> bytes:
    """SHA-256: the token is random and long, so a slow hash would add nothing."""
    return hashlib.sha256(token.encode()).digest()
