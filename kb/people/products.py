"""The customer's products whose pages we serve: a public write key for their pages, a secret for their tokens."""

import secrets
from dataclasses import dataclass, field
from uuid import UUID

import asyncpg

from kb.core.actor import Actor
from kb.core.database import execute, fetch_all, fetch_one
from kb.core.errors import Invalid
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work


@dataclass(frozen=True, slots=True)
class ProductApp:
    """One product. `write_key` is public and says where events come from; `signing_secret` says who a customer is."""

    id: UUID
    name: str
    write_key: str
    signing_secret: str = field(repr=False)


async def make_app(actor: Actor, name: str) -> ProductApp:
    """A product with fresh keys. Raises `Invalid` without a name."""
    actor.require(Permission.API_KEY_MANAGE)
    if not name.strip():
        raise Invalid(say("The product needs a name."), {"name": say("say which product it is")})
    app = ProductApp(new_id(), name.strip(), f"wk_{secrets.token_urlsafe(18)}", secrets.token_urlsafe(48))
    async with unit_of_work(actor) as unit:
        await execute(
            "insert into product_app (id, name, write_key, signing_secret, created_at) values ($1, $2, $3, $4, $5)",
            app.id,
            app.name,
            app.write_key,
            app.signing_secret,
            unit.now,
        )
        unit.audit("product_app.make", "product_app", app.id, name=app.name)
    return app


async def find_app_by_write_key(key: str) -> ProductApp | None:
    """The product whose pages carry this key."""
    row = await fetch_one("select id, name, write_key, signing_secret from product_app where write_key = $1", key)
    return _app(row) if row else None


async def list_apps(actor: Actor) -> list[ProductApp]:
    """Every product with its secret, for those who manage keys."""
    actor.require(Permission.API_KEY_MANAGE)
    rows = await fetch_all("select id, name, write_key, signing_secret from product_app order by created_at, id")
    return [_app(row) for row in rows]


async def list_product_names(actor: Actor) -> list[tuple[UUID, str]]:
    """Every product by name, without its keys, for staff who choose one."""
    actor.require(Permission.INCIDENT_MANAGE)
    return [(row["id"], row["name"]) for row in await fetch_all("select id, name from product_app order by name, id")]


def _app(row: asyncpg.Record) -> ProductApp:
    return ProductApp(row["id"], row["name"], row["write_key"], row["signing_secret"])
