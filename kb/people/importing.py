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


@dataclass(frozen=True, slots=True)
class ImportedAccount:
    """A customer's company as another system knew it. `external_id` is the customer's own id for it, "" where none is told."""

    source_id: str
    name: str
    created_at: datetime
    external_id: str = ""


async def insert_imported_accounts(source: str, accounts: Sequence[ImportedAccount]) -> tuple[dict[str, UUID], int]:
    """Insert those not yet known; returns the ids of all by source id, and how many are new.

    Accounts are one by external id, never by name.
    """
    rows = await fetch_all(
        "insert into account (id, external_id, name, created_at, source, source_id)"
        " select u.id, nullif(u.external_id, ''), u.name, u.created_at, $1, u.source_id"
        " from unnest($2::uuid[], $3::text[], $4::text[], $5::timestamptz[], $6::text[])"
        "   as u (id, external_id, name, created_at, source_id)"
        " on conflict do nothing returning source_id, id",
        source,
        [new_id() for _ in accounts],
        [account.external_id for account in accounts],
        [account.name[:200] for account in accounts],
        [account.created_at for account in accounts],
        [account.source_id for account in accounts],
    )
    new = {row["source_id"]: row["id"] for row in rows}
    known = await fetch_all(
        "select u.source_id, a.id from account a join unnest($2::text[], $3::text[]) as u (source_id, external_id)"
        " on (a.source = $1 and a.source_id = u.source_id) or (u.external_id <> '' and a.external_id = u.external_id)",
        source,
        [account.source_id for account in accounts],
        [account.external_id for account in accounts],
    )
    return {row["source_id"]: row["id"] for row in known} | new, len(new)


async def insert_imported_people(unit: UnitOfWork, source: str, people: Sequence[ImportedPerson]) -> dict[str, UUID]:
    """Insert those not yet known; returns the ids of all of them by source id.

    An address leads to the person who has it, if they have shown that it is theirs or cannot sign in at all. Of somebody who
    only claims it they are another person, without it: else signing up as somebody would give away what they once asked.
    """
    if not people:
        return {}
    known = await _find_again(source, people)
    strangers = [person for person in people if person.source_id not in known]
    if strangers:
        await _insert(unit, source, strangers)
        known |= await _find_again(source, strangers)
    return known


async def _find_again(source: str, people: Sequence[ImportedPerson]) -> dict[str, UUID]:
    """Those who came from there before, else by the address that is theirs."""
    known = await find_imported_people(source, [person.source_id for person in people])
    left = {p.source_id: p.email.lower() for p in people if p.source_id not in known and p.email}
    owners = await _find_owners(sorted(set(left.values())))
    return known | {source_id: owners[email] for source_id, email in left.items() if email in owners}


async def _insert(unit: UnitOfWork, source: str, people: Sequence[ImportedPerson]) -> None:
    """Of several with one address the first; the others are found by it."""
    new = await fetch_all(
        "insert into person (id, name, email, account_id, avatar_hue, source, source_id, created_at)"
        " select u.id, u.name, (select u.email where not exists (select 1 from person o where lower(o.email) = lower(u.email))),"
        "   u.account_id, abs(hashtext(u.source_id)) % 360, $1, u.source_id, u.created_at"
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


async def _find_owners(emails: Sequence[str]) -> dict[str, UUID]:
    """By small address, whom it belongs to: they have confirmed it, or cannot sign in and read anything before they do."""
    rows = await fetch_all(
        "select lower(email) as email, id from person where lower(email) = any($1::text[])"
        " and (email_verified_at is not null or password_hash is null)",
        emails,
    )
    return {row["email"]: row["id"] for row in rows}
