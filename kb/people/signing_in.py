"""Checking who somebody is by e-mail address and password."""

from uuid import UUID

from kb.core.database import fetch_one
from kb.core.errors import Invalid
from kb.core.rate_limits import forgive, spend
from kb.core.saying import say
from kb.people import rules
from kb.people.passwords import is_password
from kb.people.sanctions import describe_suspension
from kb.people.sessions import NOT_SUSPENDED

REFUSAL = say("E-mail address and password do not match.")
"""One sentence for every cause, so that nobody learns here who has an account. Of a suspension learns who has the password."""


async def sign_in(email: str, password: str, *, address: str = "") -> UUID:
    """The person's id. Raises `Invalid` when address and password do not match or the person is suspended,
    `TooMany` after too many tries on this account or from this network address, known or unknown alike."""
    email = email.strip().lower()
    account_key = _account_key(email)
    if address:
        await spend(f"sign-in:address:{address}", rules.TRIES_PER_ADDRESS, rules.SIGN_IN_WINDOW)
    await spend(account_key, rules.TRIES_PER_ACCOUNT, rules.SIGN_IN_WINDOW)
    row = await fetch_one(
        f"select p.id, p.password_hash, {NOT_SUSPENDED} as may_come_in from person p where lower(p.email) = $1", email
    )
    matches = await is_password(password[: rules.MAX_PASSWORD + 1], row["password_hash"] if row else None)
    if row is None or not matches:
        raise Invalid(REFUSAL, {"password": REFUSAL})
    await forgive(account_key)
    person_id: UUID = row["id"]
    if not row["may_come_in"]:
        said = await describe_suspension(person_id)
        raise Invalid(said, {"password": said})
    return person_id


async def forgive_tries(email: str) -> None:
    """Wrong tries on this account count no more: its owner has proved to be the right one in another way."""
    await forgive(_account_key(email.lower()))


def _account_key(email: str) -> str:
    return f"sign-in:account:{email}"
