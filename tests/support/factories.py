"""Rows for tests, with sensible defaults. Each room's owner adds its own `make_…`; names are fixed, not random."""

from collections.abc import Sequence
from itertools import count
from uuid import UUID

from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.database import execute
from kb.core.ids import new_id
from kb.core.policy import Role
from kb.core.trust import Trust

_serial = count(1)


async def make_account(name: str = "Acme Tiles", *, plan: str = "Grove", monthly_revenue: float = 79) -> UUID:
    """A customer company."""
    account_id = new_id()
    await execute(
        "insert into account (id, name, plan, monthly_revenue, created_at) values ($1, $2, $3, $4, $5)",
        account_id,
        name,
        plan,
        monthly_revenue,
        now(),
    )
    return account_id


async def make_person(
    role: Role = Role.MEMBER, *, name: str = "", account_id: UUID | None = None, trust: Trust = Trust.MEMBER
) -> Actor:
    """A person with an e-mail address and a username, as the actor they are when signed in; no newcomer unless asked for."""
    number = next(_serial)
    person_id, name = new_id(), name or f"{role.value.title()} {number}"
    await execute(
        "insert into person (id, email, email_verified_at, name, username, role, account_id, created_at, trust)"
        " values ($1, $2, $3, $4, $5, $6, $7, $3, $8)",
        person_id,
        f"person{number}@example.com",
        now(),
        name,
        f"person{number}",
        role.value,
        account_id,
        trust,
    )
    return Actor(
        role=role, person_id=person_id, account_id=account_id, name=name, username=f"person{number}", trust=trust
    )


async def make_product_app(
    name: str = "Fernbook", *, write_key: str = "wk_test", secret: str = "s3cret-for-tests-only-32-bytes-long"
) -> UUID:
    """A product whose pages send events and show help."""
    app_id = new_id()
    await execute(
        "insert into product_app (id, name, write_key, signing_secret, created_at) values ($1, $2, $3, $4, $5)",
        app_id,
        name,
        write_key,
        secret,
        now(),
    )
    return app_id


async def name_cluster(
    cluster_id: UUID, label: str, *, visibility: str = "private", rests_on: Sequence[UUID] = ()
) -> None:
    """What one audience calls it, as a naming would leave it."""
    await execute(
        "insert into cluster_label (cluster_id, visibility, label, label_by, rests_on, question_count, read_at)"
        " values ($1, $2, $3, 'words', $4, 0, $5) on conflict (cluster_id, visibility) do update set label = $3, rests_on = $4",
        cluster_id,
        visibility,
        label,
        list(rests_on),
        now(),
    )
