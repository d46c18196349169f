"""Becoming a member."""

from dataclasses import dataclass, field

from kb.core.actor import Actor
from kb.core.errors import NotAllowed
from kb.core.policy import Role
from kb.core.rate_limits import spend
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work
from kb.people import rules
from kb.people.adding import add_person
from kb.people.confirming import emit_confirmation
from kb.people.passwords import hash_password
from kb.people.tables import Person


@dataclass(frozen=True, slots=True)
class SignUp:
    """What somebody says about themselves when they join."""

    name: str
    username: str
    email: str
    password: str = field(repr=False)


async def sign_up(actor: Actor, form: SignUp, *, is_open: bool = True, address: str = "") -> Actor:
    """A new member, returned as the actor they now are. Raises `NotAllowed` where the SIGN_UP setting says closed,
    `Invalid` with fields, `TooMany` when one network address makes accounts by the dozen."""
    if not is_open:
        raise NotAllowed(say("New accounts are made by an admin here. Ask one for an account."))
    rules.check_details(name=form.name, username=form.username, email=form.email, password=form.password)
    if address:
        await spend(f"sign-up:address:{address}", rules.SIGN_UPS_PER_ADDRESS, rules.SIGN_UP_WINDOW)
    hashed = await hash_password(form.password)
    name = form.name.strip()
    async with unit_of_work(actor) as unit:
        row = Person(
            name=name,
            username=form.username,
            email=form.email.strip(),
            password_hash=hashed,
            role=Role.MEMBER.value,
            created_at=unit.now,
        )
        person_id = await add_person(row)
        unit.audit("person.sign_up", "person", person_id)
        emit_confirmation(unit, person_id)
    return Actor(role=Role.MEMBER, person_id=person_id, name=name, username=form.username)
