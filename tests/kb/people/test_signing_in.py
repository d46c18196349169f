"""Checking who somebody is."""

from datetime import UTC, datetime, timedelta

import pytest

from kb.core.clock import clock_held_at
from kb.core.database import execute
from kb.core.errors import Invalid, TooMany
from kb.people import passwords
from kb.people.rules import SIGN_IN_WINDOW, TRIES_PER_ACCOUNT, TRIES_PER_ADDRESS
from kb.people.signing_in import REFUSAL, sign_in
from tests.support.factories import make_person
from tests.support.people_factories import PASSWORD, give_password

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The hashes that passwords were compared with, and no time spent on it."""
    seen: list[str] = []

    def verify(password: str, hashed: str) -> bool:
        seen.append(hashed)
        return hashed == f"hash of {password}"

    monkeypatch.setattr(passwords._argon2.__class__, "verify", lambda _, password, hashed: verify(password, hashed))
    return seen


async def test_the_right_password_opens_the_door_in_any_case_of_the_address(db: str) -> None:
    ines = await make_person()
    email = await give_password(ines)
    assert await sign_in(f" {email.upper()} ", PASSWORD) == ines.person_id


async def test_every_refusal_says_the_same(db: str) -> None:
    ines, bo = await make_person(), await make_person()
    email = await give_password(ines)
    without_password = f"{bo.username}@example.com"
    tries = [(email, "wrong"), ("nobody@example.com", PASSWORD), (without_password, PASSWORD)]
    for address, password in tries:
        with pytest.raises(Invalid) as refused:
            await sign_in(address, password)
        assert refused.value.message == REFUSAL


async def test_an_unknown_address_costs_the_same_hash_as_a_known_one(db: str, checked: list[str]) -> None:
    ines, bo = await make_person(), await make_person()
    await execute("update person set password_hash = 'hash of other' where id = $1", ines.person_id)
    for address in (f"{ines.username}@example.com", f"{bo.username}@example.com", "nobody@example.com"):
        with pytest.raises(Invalid):
            await sign_in(address, PASSWORD)
    assert len(checked) == 3
    assert checked[1] == checked[2] != checked[0]
    assert checked[1].startswith("$argon2id$")


async def test_guessing_at_one_account_is_stopped_whatever_the_address_it_comes_from(
    db: str, checked: list[str]
) -> None:
    ines = await make_person()
    email = f"{ines.username}@example.com"
    await execute("update person set password_hash = $2 where id = $1", ines.person_id, f"hash of {PASSWORD}")
    with clock_held_at(NOON):
        for n in range(TRIES_PER_ACCOUNT):
            with pytest.raises(Invalid):
                await sign_in(email, "wrong", address=f"192.0.2.{n}")
        with pytest.raises(TooMany) as refused:
            await sign_in(email, PASSWORD, address="198.51.100.1")
    assert refused.value.retry_after == SIGN_IN_WINDOW.total_seconds()
    assert len(checked) == TRIES_PER_ACCOUNT
    with clock_held_at(NOON + SIGN_IN_WINDOW + timedelta(seconds=1)):
        assert await sign_in(email, PASSWORD) == ines.person_id


async def test_an_unknown_account_is_limited_just_as_a_known_one(db: str, checked: list[str]) -> None:
    for _ in range(TRIES_PER_ACCOUNT):
        with pytest.raises(Invalid):
            await sign_in("nobody@example.com", "wrong")
    with pytest.raises(TooMany):
        await sign_in("nobody@example.com", "wrong")


async def test_trying_many_accounts_from_one_address_is_stopped(db: str, checked: list[str]) -> None:
    for n in range(TRIES_PER_ADDRESS):
        with pytest.raises(Invalid):
            await sign_in(f"person{n}@example.com", "wrong", address="192.0.2.1")
    with pytest.raises(TooMany):
        await sign_in("another@example.com", "wrong", address="192.0.2.1")


async def test_signing_in_forgets_the_wrong_tries_before_it(db: str, checked: list[str]) -> None:
    ines = await make_person()
    email = f"{ines.username}@example.com"
    await execute("update person set password_hash = $2 where id = $1", ines.person_id, f"hash of {PASSWORD}")
    for _ in range(3):
        for _ in range(TRIES_PER_ACCOUNT - 1):
            with pytest.raises(Invalid):
                await sign_in(email, "wrong")
        await sign_in(email, PASSWORD)
