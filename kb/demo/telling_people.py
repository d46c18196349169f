"""Accounts and people of the demo, and the product they use."""

from dataclasses import dataclass
from uuid import UUID

from kb.core.actor import SYSTEM
from kb.core.database import execute, execute_many, fetch_all, fetch_one, fetch_value
from kb.core.ids import new_id
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.demo.reading import moment, read_records
from kb.people.passwords import hash_password

DEMO_PASSWORD = "fernbook-demo"  # noqa: S105 - printed to whoever starts the demo
SOURCE = "demo"

DEMO_WRITE_KEY = "wk_fernbook_demo"
DEMO_SIGNING_SECRET = "fernbook-demo-signing-secret-known-to-all"  # noqa: S105 - it signs the demo's people only


async def load_people() -> dict[str, UUID]:
    """Accounts, people (all with the demo's password) and the product; returns ids of people by their keys."""
    hashed = await hash_password(DEMO_PASSWORD)
    async with unit_of_work(SYSTEM) as unit:
        accounts = await _load_accounts(unit)
        await _load_persons(accounts, hashed)
        await _load_product(unit)
    rows = await fetch_all("select source_id, id from person where source = $1", SOURCE)
    return {row["source_id"]: row["id"] for row in rows}


async def _load_accounts(unit: UnitOfWork) -> dict[str, UUID]:
    await execute_many(
        "insert into account (id, external_id, name, plan, monthly_revenue, created_at) values ($1, $2, $3, $4, $5, $6)"
        " on conflict (external_id) do nothing",
        [(new_id(), a["key"], a["name"], a["plan"], a["monthly_revenue"], unit.now) for a in read_records("accounts")],
    )
    return {row["external_id"]: row["id"] for row in await fetch_all("select external_id, id from account")}


async def _load_persons(accounts: dict[str, UUID], hashed: str) -> None:
    """`external_id` is the product's own id of a customer; in the demo it is the key, vouched for by the product."""
    await execute_many(
        "insert into person (id, name, username, email, email_verified_at, password_hash, role, account_id, external_id,"
        "   external_verified, avatar_hue, source, source_id, created_at)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, abs(hashtext($12)) % 360, $11, $12, $5) on conflict do nothing",
        [
            (
                new_id(),
                p["name"],
                p["username"],
                p["email"],
                moment(180),
                hashed,
                p["role"],
                accounts.get(p["account"] or ""),
                p["key"] if p["in_product"] else None,
                p["in_product"],
                SOURCE,
                p["key"],
            )
            for p in read_records("people")
        ],
    )


async def _load_product(unit: UnitOfWork) -> None:
    """Fernbook, with keys that stand in the demo page; and its customers under the ids it calls them by."""
    await execute(
        "insert into product_app (id, name, write_key, signing_secret, created_at) values ($1, 'Fernbook', $2, $3, $4)"
        " on conflict (write_key) do nothing",
        new_id(),
        DEMO_WRITE_KEY,
        DEMO_SIGNING_SECRET,
        unit.now,
    )
    app_id = await fetch_value("select id from product_app where write_key = $1", DEMO_WRITE_KEY)
    await execute(
        "insert into identity (app_id, distinct_id, person_id, verified, created_at)"
        " select $1, external_id, id, true, $2 from person where source = $3 and external_id is not null on conflict do nothing",
        app_id,
        unit.now,
        SOURCE,
    )


@dataclass(frozen=True, slots=True)
class DemoCustomer:
    """A customer of the made-up product. `key` is the product's own id of them."""

    key: str
    name: str
    email: str


async def find_demo_customer(person_id: UUID | None) -> DemoCustomer | None:
    """The person, if the product knows them, else Tom Redfern; None while the demo is not loaded."""
    row = await fetch_one(
        "select external_id, name, coalesce(email, '') as email from person where source = $1 and external_id is not null"
        " and (id = $2 or external_id = 'p014') order by (id = $2) desc nulls last limit 1",
        SOURCE,
        person_id,
    )
    return DemoCustomer(row["external_id"], row["name"], row["email"]) if row else None
