"""Customers identified by a signed token."""

import asyncio
import base64
import json
from decimal import Decimal

import pytest

from kb.core.database import execute, fetch_all, fetch_one, fetch_value
from kb.core.errors import Invalid, NotAllowed
from kb.core.permissions import Permission
from kb.core.policy import Role
from kb.people.identifying import read_customer_token
from kb.people.products import ProductApp
from tests.support.factories import make_person, make_product_app
from tests.support.people_factories import give_password, read_app, sign
from tests.support.statements import statements_run

ACME = {"id": "acme", "name": "Acme Tiles", "plan": "Grove", "monthly_revenue": 79.5}


@pytest.fixture
async def fernbook(db: str) -> ProductApp:
    return await read_app(await make_product_app())


async def test_a_new_customer_and_their_account_are_made(fernbook: ProductApp) -> None:
    token = sign(fernbook, sub="c-7", email="bo@acme.example", name="Bo Lind", account=ACME)
    bo = await read_customer_token(token, app=fernbook)
    person = await fetch_one("select * from person where id = $1", bo.person_id)
    account = await fetch_one("select * from account where id = $1", bo.account_id)
    assert person is not None
    assert account is not None
    assert (person["external_id"], person["external_verified"], person["email"]) == ("c-7", True, "bo@acme.example")
    assert (account["external_id"], account["plan"], account["monthly_revenue"]) == ("acme", "Grove", Decimal("79.50"))
    assert (bo.role, bo.name) == (Role.MEMBER, "Bo Lind")
    told = await fetch_one("select payload->>'distinct_id' as d from outbox_message where name = 'PersonIdentified'")
    assert told is not None
    assert told["d"] == "c-7"


async def test_the_same_token_again_reads_once_and_writes_nothing(fernbook: ProductApp) -> None:
    token = sign(fernbook, email="bo@acme.example", name="Bo Lind", account=ACME)
    first = await read_customer_token(token, app=fernbook)
    with statements_run() as statements:
        second = await read_customer_token(token, app=fernbook)
    assert first == second
    assert len(statements) == 1
    assert statements[0].startswith("select")


async def test_news_about_the_company_is_taken_and_what_is_left_out_stays(fernbook: ProductApp) -> None:
    bo = await read_customer_token(sign(fernbook, account=ACME), app=fernbook)
    await read_customer_token(sign(fernbook, account={"id": "acme", "plan": "Forest"}), app=fernbook)
    account = await fetch_one("select name, plan, monthly_revenue from account where id = $1", bo.account_id)
    assert account is not None
    assert tuple(account) == ("Acme Tiles", "Forest", Decimal("79.50"))
    assert await fetch_value("select count(*) from account") == 1


async def test_a_member_with_a_proved_address_is_linked_and_keeps_their_name(fernbook: ProductApp) -> None:
    ines = await make_person(name="Ines D.")
    email = await give_password(ines)
    found = await read_customer_token(sign(fernbook, email=email.upper(), name="INES DUARTE"), app=fernbook)
    assert (found.person_id, found.name) == (ines.person_id, "Ines D.")
    assert await fetch_value("select external_id from person where id = $1", ines.person_id) == "c-1"


async def test_who_signed_up_with_somebody_elses_address_is_not_handed_their_tickets(fernbook: ProductApp) -> None:
    thief = await make_person()
    email = await give_password(thief)
    await execute("update person set email_verified_at = null where id = $1", thief.person_id)
    victim = await read_customer_token(sign(fernbook, email=email, name="Bo"), app=fernbook)
    assert victim.person_id != thief.person_id
    assert await fetch_value("select email from person where id = $1", victim.person_id) is None


async def test_an_address_of_staff_typed_into_the_product_opens_no_staff_account(fernbook: ProductApp) -> None:
    admin = await make_person(Role.ADMIN)
    found = await read_customer_token(sign(fernbook, email=f"{admin.username}@example.com"), app=fernbook)
    assert found.person_id != admin.person_id
    assert not found.may(Permission.PERSON_READ)


async def test_a_linked_agent_keeps_the_role_and_acts_as_a_plain_customer(fernbook: ProductApp) -> None:
    agent = await make_person(Role.AGENT, name="Marcus")
    await execute("update person set external_id = 'c-1' where id = $1", agent.person_id)
    found = await read_customer_token(sign(fernbook, name="Somebody else", account=ACME), app=fernbook)
    row = await fetch_one("select role, name, account_id from person where id = $1", agent.person_id)
    assert row is not None
    assert (row["role"], row["name"], row["account_id"]) == ("agent", "Marcus", found.account_id)
    assert (found.person_id, found.role) == (agent.person_id, Role.MEMBER)
    assert not found.may(Permission.TICKET_ANSWER)


async def test_an_address_already_linked_to_another_customer_stays_theirs_and_costs_no_write_each_time(
    fernbook: ProductApp,
) -> None:
    first = await read_customer_token(sign(fernbook, sub="c-1", email="team@acme.example"), app=fernbook)
    token = sign(fernbook, sub="c-2", email="team@acme.example")
    second = await read_customer_token(token, app=fernbook)
    await read_customer_token(token, app=fernbook)
    emails = await fetch_all("select id, email from person order by external_id")
    assert [tuple(row) for row in emails] == [(first.person_id, "team@acme.example"), (second.person_id, None)]
    assert await fetch_value("select count(*) from outbox_message") == 2


async def test_two_first_pages_at_once_make_one_customer(fernbook: ProductApp) -> None:
    token = sign(fernbook, email="bo@acme.example", account=ACME)
    found = await asyncio.gather(*(read_customer_token(token, app=fernbook) for _ in range(5)))
    assert len({actor.person_id for actor in found}) == 1
    assert await fetch_value("select count(*) from person") == 1


async def test_a_suspended_customer_is_refused(fernbook: ProductApp) -> None:
    bo = await read_customer_token(sign(fernbook), app=fernbook)
    await execute("update person set suspended_at = now() where id = $1", bo.person_id)
    with pytest.raises(NotAllowed):
        await read_customer_token(sign(fernbook), app=fernbook)


def unsigned(claims: dict[str, object]) -> str:
    def part(value: dict[str, object]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(claims)}."


async def test_a_token_that_is_not_good_is_refused_and_makes_nobody(fernbook: ProductApp) -> None:
    bad = [
        "",
        "not.a.token",
        sign(fernbook, key="another product's secret, 32 bytes or more"),
        sign(fernbook, lasts=-60),
        sign(fernbook, exp=None),
        sign(fernbook, sub=""),
        sign(fernbook, sub="x" * 201),
        sign(fernbook, account={"id": "acme", "monthly_revenue": -1}),
        sign(fernbook, account={"id": "acme", "monthly_revenue": "NaN"}),
        sign(fernbook, account={"plan": "Grove"}),
        sign(fernbook, account="acme"),
        sign(fernbook, name="n" * 9000),
        unsigned({"sub": "c-1", "exp": 9_999_999_999}),
    ]
    for token in bad:
        with pytest.raises(Invalid) as refused:
            await read_customer_token(token, app=fernbook)
        assert "token" in refused.value.fields
    assert await fetch_value("select count(*) from person") == 0


async def test_an_address_that_is_none_is_left_out(fernbook: ProductApp) -> None:
    bo = await read_customer_token(sign(fernbook, email="not an address"), app=fernbook)
    assert await fetch_value("select email from person where id = $1", bo.person_id) is None
