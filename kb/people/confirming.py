"""Confirming that an e-mail address is one's own: until then no mail goes to it, whoever typed it."""

import hashlib
import hmac
import re
from datetime import timedelta
from uuid import UUID

from kb.core.actor import SYSTEM, Actor
from kb.core.database import execute, fetch_one
from kb.core.errors import Conflict, NotFound, NotSignedIn
from kb.core.ids import new_id
from kb.core.rate_limits import spend
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.people.messages import ConfirmationAsked

ASKED_AT_MOST = 3
ASKED_WITHIN = timedelta(hours=1)
"""The address may be somebody else's: they get a few mails at most."""

_TOKEN = re.compile(r"([0-9a-f]{32})\.([0-9a-f]{32})")


async def ask_confirmation(actor: Actor) -> None:
    """Have the link sent to one's own address. Raises `Conflict` where there is nothing to confirm."""
    if actor.person_id is None:
        raise NotSignedIn(say("Sign in to confirm your address."))
    if await find_unconfirmed(actor) is None:
        raise Conflict(say("There is no address of yours to confirm."))
    await spend(f"confirmation:{actor.person_id}", ASKED_AT_MOST, ASKED_WITHIN)
    async with unit_of_work(actor) as unit:
        emit_confirmation(unit, actor.person_id)


def emit_confirmation(unit: UnitOfWork, person_id: UUID) -> None:
    """Part of another write: have the link sent."""
    unit.emit(ConfirmationAsked(person_id, new_id()))


async def find_unconfirmed(actor: Actor) -> str | None:
    """The actor's address while nobody has confirmed it; None once it is confirmed, or where there is none."""
    return await find_unconfirmed_of(actor.person_id) if actor.person_id else None


async def find_unconfirmed_of(person_id: UUID) -> str | None:
    """The same for anybody who is not suspended."""
    row = await fetch_one(
        "select email from person where id = $1 and email is not null and email_verified_at is null and suspended_at is null",
        person_id,
    )
    return row["email"] if row else None


def write_confirmation(secret: str, person_id: UUID, email: str) -> str:
    """What the mail's link holds; another address makes it worthless."""
    return f"{person_id.hex}.{_sign(secret, person_id, email)}"


async def confirm_address(secret: str, token: str) -> str:
    """Confirm, without anybody signed in; twice is once. Returns the address. Raises `NotFound` for a link that is not ours
    or was for another address."""
    found = _TOKEN.fullmatch(token)
    person_id = UUID(found[1]) if found else None
    row = await fetch_one("select email from person where id = $1 and email is not null", person_id)
    if row is None or not found or not hmac.compare_digest(found[2], _sign(secret, UUID(found[1]), row["email"])):
        raise NotFound(say("This link confirms no address."))
    async with unit_of_work(SYSTEM) as unit:
        confirmed = await execute(
            "update person set email_verified_at = $3 where id = $1 and email = $2 and email_verified_at is null",
            person_id,
            row["email"],
            unit.now,
        )
        if confirmed:
            unit.audit("person.confirm", "person", person_id)
    return str(row["email"])


def _sign(secret: str, person_id: UUID, email: str) -> str:
    text = "\0".join(("confirm", person_id.hex, email.lower()))
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()[:32]
