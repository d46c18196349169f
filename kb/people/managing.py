"""What an admin does with people: making them and giving roles. Taking access away is in sanctioning.py."""

from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute, fetch_all, fetch_one
from kb.core.errors import Conflict, Invalid, NotFound
from kb.core.permissions import Permission
from kb.core.policy import Role
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work
from kb.people import rules
from kb.people.adding import add_person
from kb.people.passwords import hash_password
from kb.people.tables import Person

GIVEN_ROLES = (Role.MEMBER, Role.AGENT, Role.PRODUCT_MANAGER, Role.MODERATOR, Role.ADMIN)
"""Roles a person can hold; `anonymous` and `system` are nobody's."""


async def create_person(
    actor: Actor, *, email: str, name: str, password: str, role: Role = Role.MEMBER, username: str = ""
) -> Actor:
    """A person somebody else makes, returned as the actor they are when signed in. Raises `Invalid` with fields.

    Their address counts as verified, for the maker vouches for it; without a username one is made from the name.
    """
    actor.require(Permission.PERSON_MANAGE)
    username = username or await _free_username(name)
    rules.check_details(name=name, username=username, email=email, password=password)
    _check_role(role)
    hashed = await hash_password(password)
    async with unit_of_work(actor) as unit:
        row = Person(
            name=name.strip(),
            username=username,
            email=email.strip(),
            email_verified_at=unit.now,
            password_hash=hashed,
            role=role.value,
            created_at=unit.now,
        )
        person_id = await add_person(row)
        unit.audit("person.create", "person", person_id, role=role.value)
    return Actor(role, person_id, None, name.strip(), username)


async def _free_username(name: str) -> str:
    wanted = rules.username_from(name)
    rows = await fetch_all("select lower(username) as taken from person where lower(username) like $1", f"{wanted}%")
    taken = {row["taken"] for row in rows}
    return next(n for n in (wanted, *(f"{wanted}{i}" for i in range(2, len(taken) + 3))) if n not in taken)


async def change_role(actor: Actor, person_id: UUID, role: Role) -> None:
    """Give the role. Raises `Conflict` for oneself, so that an installation is never left without an admin."""
    actor.require(Permission.PERSON_MANAGE)
    _check_role(role)
    if actor.person_id == person_id:
        raise Conflict(say("Nobody changes their own role: another admin has to do it."))
    async with unit_of_work(actor) as unit:
        row = await fetch_one("select role from person where id = $1 for update", person_id)
        if row is None:
            raise NotFound(say("There is no such person."))
        await execute("update person set role = $2 where id = $1", person_id, role.value)
        unit.audit("person.change_role", "person", person_id, before=row["role"], after=role.value)


def _check_role(role: Role) -> None:
    if role not in GIVEN_ROLES:
        raise Invalid(say("Unknown role."), {"role": say("one of {known}", known=", ".join(GIVEN_ROLES))})
