"""Becoming a member."""

from dataclasses import replace

import pytest

from kb.core.actor import ANONYMOUS
from kb.core.database import fetch_one, fetch_value
from kb.core.errors import Invalid, NotAllowed, TooMany
from kb.core.policy import Role
from kb.people.rules import SIGN_UPS_PER_ADDRESS
from kb.people.signing_up import SignUp, sign_up
from tests.support.people_factories import PASSWORD

INES = SignUp(name="Ines Duarte", username="ines", email="ines@example.com", password=PASSWORD)


async def test_signing_up_makes_a_member_whose_password_is_kept_as_argon2(db: str) -> None:
    ines = await sign_up(ANONYMOUS, INES)
    row = await fetch_one(
        "select role, email, password_hash, email_verified_at from person where id = $1", ines.person_id
    )
    assert row is not None
    assert (ines.role, row["role"], row["email"]) == (Role.MEMBER, "member", "ines@example.com")
    assert row["password_hash"].startswith("$argon2id$")
    assert row["email_verified_at"] is None
    assert await fetch_value("select count(*) from audit_line where action = 'person.sign_up'") == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"username": "i"}, "username"),
        ({"username": "ines duarte"}, "username"),
        ({"username": "../etc"}, "username"),
        ({"username": "Admin"}, "username"),
        ({"email": "ines"}, "email"),
        ({"email": "a@b.example\nBcc: c@d.example"}, "email"),
        ({"password": "short"}, "password"),
        ({"password": "aaaaaaaaaaaaaa"}, "password"),
        ({"password": "ines@example.com"}, "password"),
        ({"password": "x1y2" * 60}, "password"),
    ],
)
async def test_a_wrong_detail_is_named_and_nothing_is_written(db: str, change: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        await sign_up(ANONYMOUS, replace(INES, **change))
    assert list(refused.value.fields) == [field]
    assert await fetch_value("select count(*) from person") == 0


async def test_every_wrong_detail_is_named_at_once(db: str) -> None:
    with pytest.raises(Invalid) as refused:
        await sign_up(ANONYMOUS, SignUp("", "", "", ""))
    assert set(refused.value.fields) == {"name", "username", "email", "password"}


async def test_a_name_or_an_address_belongs_to_one_person_in_any_case(db: str) -> None:
    await sign_up(ANONYMOUS, INES)
    with pytest.raises(Invalid) as taken_email:
        await sign_up(ANONYMOUS, replace(INES, username="other", email="INES@example.com"))
    with pytest.raises(Invalid) as taken_name:
        await sign_up(ANONYMOUS, replace(INES, username="INES", email="other@example.com"))
    assert list(taken_email.value.fields) == ["email"]
    assert list(taken_name.value.fields) == ["username"]


async def test_signing_up_where_it_is_closed_is_refused(db: str) -> None:
    with pytest.raises(NotAllowed):
        await sign_up(ANONYMOUS, INES, is_open=False)
    assert await fetch_value("select count(*) from person") == 0


async def test_accounts_by_the_dozen_from_one_address_are_refused(db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def cheap(_: str) -> str:
        return "not a hash"

    monkeypatch.setattr("kb.people.signing_up.hash_password", cheap)
    for n in range(SIGN_UPS_PER_ADDRESS):
        await sign_up(ANONYMOUS, replace(INES, username=f"ines{n}", email=f"ines{n}@example.com"), address="192.0.2.1")
    with pytest.raises(TooMany):
        await sign_up(ANONYMOUS, INES, address="192.0.2.1")
    await sign_up(ANONYMOUS, INES, address="192.0.2.2")
