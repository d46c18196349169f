"""Keys for programs, made and revoked by programs: /api/v1/keys."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import delete, get, post

from kb.core.actor import Actor
from kb.core.permissions import Permission
from kb.people.api_keys import make_api_key, revoke_api_key
from kb.people.queries import KeyLine, list_api_keys
from server.answering_once import SECRET_ANSWER
from server.lists import CursorIn, Items, LimitIn, part_of
from server.moments import in_utc
from server.security.guards import requires

MAKE = [requires(Permission.API_KEY_MAKE)]


@dataclass(frozen=True, slots=True)
class KeyIn:
    """What the key is for, what it may do (names of permissions that its maker holds), and until when; null: until it is revoked."""

    name: str
    scopes: list[str]
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class KeyMadeOut:
    """The key itself, this once: it is kept nowhere."""

    id: UUID
    key: str


@get("/api/v1/keys", guards=MAKE)
async def api_list_keys(actor: Actor, cursor: CursorIn = "", limit: LimitIn = 50) -> Items[KeyLine]:
    """The caller's keys, or, for admins, everybody's, the live ones first; the keys themselves are shown once, when they are made."""
    found = await list_api_keys(actor)
    return part_of(found, lambda one: one, lambda one: str(one.id), cursor=cursor, limit=limit)


@post("/api/v1/keys", guards=MAKE, opt=SECRET_ANSWER)
async def api_make_key(actor: Actor, data: KeyIn) -> KeyMadeOut:
    """Make a key that acts as the caller, narrowed to its scopes."""
    made = await make_api_key(actor, name=data.name, scopes=data.scopes, expires_at=in_utc(data.expires_at))
    return KeyMadeOut(made.id, made.key)


@delete("/api/v1/keys/{key_id:uuid}", guards=MAKE)
async def api_revoke_key(actor: Actor, key_id: UUID) -> None:
    """Stop a key at once."""
    await revoke_api_key(actor, key_id)


ROUTES: list[Any] = [api_list_keys, api_make_key, api_revoke_key]
