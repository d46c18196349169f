"""People who come with an import: known by where they came from, unable to sign in until they claim an address."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kb.core.database import execute, fetch_all
from kb.core.ids import new_id
from kb.core.unit_of_work import UnitOfWork
from kb.people.rules import username_error


@dataclass(frozen=True, slots=True)
class ImportedPerson:
    """A person as another system knew them."""

    source_id: str
    name: str
    created_at: datetime
    email: str | None = None
    account_id: UUID | None = None
    username: str = ""
    suspended_until: datetime | None = None


async def insert_imported_people(unit: UnitOfWork, source: str, people: Sequence[ImportedPerson]) -> dict[str, UUID]:
    """Insert those not yet known; returns the ids of all of them by source id. An e-mail already in use is left out."""
    if not people:
        return {}
    new = await fetch_all(
        "insert into person (id, name, email, account_id, avatar_hue, source, source_id, created_at)"
        " select u.id, u.name, u.email, u.account_id, abs(hashtext(u.source_id)) % 360, $1, u.source_id, u.created_at"
        " from unnest($2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::timestamptz[])"
        "   as u (id, name, email, account_id, source_id, created_at)"
        " on conflict do nothing returning id, source_id",
        source,
        [new_id() for _ in people],
        [person.name[:100] for person in people],
        [person.email for person in people],
        [person.account_id for person in people],
        [person.source_id for person in people],
        [person.created_at for person in people],
    )
    await _keep_standing(unit, {row["source_id"]: row["id"] for row in new}, people)
    known = await find_imported_people(source, [person.source_id for person in people])
    by_email = await _find_by_email([p.email for p in people if p.source_id not in known and p.email])
    return known | {p.source_id: by_email[p.email.lower()] for p in people if p.email and p.email.lower() in by_email}


async def _keep_standing(unit: UnitOfWork, new: dict[str, UUID], people: Sequence[ImportedPerson]) -> None:
    """Usernames that nobody has here and that may stand in an address; suspensions that have not ended."""
    for person in people:
        if person.source_id not in new:
            continue
        if person.username and not username_error(person.username):
            await execute(
                "update person set username = $2 where id = $1"
                " and not exists (select 1 from person where lower(username) = lower($2))",
                new[person.source_id],
                person.username,
            )
        if person.suspended_until:
            await _suspend(new[person.source_id], person.suspended_until, at=unit.now)


async def _suspend(person_id: UUID, until: datetime, *, at: datetime) -> None:
    await execute("update person set suspended_at = $2, suspended_until = $3 where id = $1", person_id, at, until)
    await execute(
        "insert into sanction (id, person_id, kind, reason, made_at, ends_at) values ($1, $2, 'suspension', $3, $4, $5)",
        new_id(),
        person_id,
        "Suspended where they come from.",
        at,
        until,
    )


async def find_imported_people(source: str, source_ids: Sequence[str]) -> dict[str, UUID]:
    """Ids of the people already imported from this source."""
    rows = await fetch_all(
        "select source_id, id from person where source = $1 and source_id = any($2::text[])", source, list(source_ids)
    )
    return {row["source_id"]: row["id"] for row in rows}


async def _find_by_email(emails: Sequence[str]) -> dict[str, UUID]:
    rows = await fetch_all(
        "select lower(email) as email, id from person where lower(email) = any($1::text[])", [e.lower() for e in emails]
    )
    return {row["email"]: row["id"] for row in rows}
