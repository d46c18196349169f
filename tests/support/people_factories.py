"""Keys and tokens for tests."""

import time
from typing import Any
from uuid import UUID

import jwt

from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.database import execute, fetch_one
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.people.passwords import hash_password
from kb.people.products import ProductApp
from kb.people.sessions import hash_token

PASSWORD = "four calm brown bears"


async def make_key(actor: Actor, *scopes: Permission) -> str:
    """An API key of anybody, with every scope unless some are named."""
    key = f"al_{new_id().hex}"
    await execute(
        "insert into api_key (id, person_id, name, prefix, key_hash, scopes, created_at) values ($1, $2, 'tests', $3, $4, $5, $6)",
        new_id(),
        actor.person_id,
        key[:8],
        hash_token(key),
        [scope.value for scope in scopes or tuple(Permission)],
        now(),
    )
    return key


async def give_password(actor: Actor, password: str = PASSWORD) -> str:
    """Let the person sign in; returns their e-mail address."""
    row = await fetch_one(
        "update person set password_hash = $2 where id = $1 returning email",
        actor.person_id,
        await hash_password(password),
    )
    assert row is not None
    return str(row["email"])


async def read_app(app_id: UUID) -> ProductApp:
    """The product with its secret."""
    row = await fetch_one("select id, name, write_key, signing_secret from product_app where id = $1", app_id)
    assert row is not None
    return ProductApp(**row)


def sign(app: ProductApp, *, key: str | None = None, lasts: int = 300, **claims: Any) -> str:
    """A token as a product's server would sign it."""
    return jwt.encode(
        {"sub": "c-1", "exp": int(time.time()) + lasts, **claims}, key or app.signing_secret, algorithm="HS256"
    )
