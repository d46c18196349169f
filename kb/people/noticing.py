"""Customers a product speaks of before anybody signed for them: they count as people, and are never written to."""

from collections.abc import Mapping
from uuid import UUID

from kb.core.database import execute, fetch_all
from kb.core.ids import new_id
from kb.core.policy import Role
from kb.core.unit_of_work import UnitOfWork
from kb.people.rules import MAX_NAME


async def notice_customers(unit: UnitOfWork, app_id: UUID, names: Mapping[str, str]) -> dict[str, UUID]:
    """The person behind each of the product's own user ids, made where there is none; joins the open unit of work.

    `names` gives each id's display name, "" where none is known yet; a name that comes later replaces the bare id.
    Nobody vouched for the ids, so a person made here holds no e-mail address and no `external_id`: those come with a
    signed token, which may find another person, and then absorbs this one.
    """
    ids = sorted(names)
    known = await fetch_all("select external_id, id from person where external_id = any($1)", ids)
    found: dict[str, UUID] = {row["external_id"]: row["id"] for row in known}
    missing = [id_ for id_ in ids if id_ not in found]
    if not missing:
        return found
    rows = await fetch_all(
        "insert into person (id, name, role, source, source_id, created_at)"
        " select n.id, n.name, $1, $2, n.source_id, $3 from unnest($4::uuid[], $5::text[], $6::text[])"
        " as n (id, name, source_id) on conflict (source, source_id) do update"
        " set name = case when person.name = person.source_id then excluded.name else person.name end"
        " returning source_id, id",
        Role.MEMBER.value,
        source_of(app_id),
        unit.now,
        [new_id() for _ in missing],
        [(names[id_].strip() or id_)[:MAX_NAME] for id_ in missing],
        missing,
    )
    return found | {row["source_id"]: row["id"] for row in rows}


def source_of(app_id: UUID) -> str:
    """The `source` of persons noticed in this product."""
    return f"noticed:{app_id}"


async def forget_noticed(person_id: UUID) -> None:
    """Remove a noticed person whose traces have gone to somebody real; joins the open unit of work."""
    await execute("delete from person where id = $1 and source like 'noticed:%' and email is null", person_id)
