"""Forgot your password? The pages, as forms without scripts send them."""

import re
from collections.abc import Callable

import pytest

from kb.core.actor import SYSTEM, Actor
from kb.core.database import execute, fetch_value
from kb.people.choosing_password import write_password_links
from kb.people.corresponding import meet_correspondent
from kb.people.rules import LINKS_PER_MAILBOX
from server.security.identifying import SESSION_COOKIE
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.people_factories import PASSWORD, give_password
from tests.support.tickets_factories import make_ticket

SECRET = "not-secret-in-tests"
OTHER = "nine tall green trees"
ADA = "ada@home.example"


async def path_for(address: str) -> str:
    (link,) = await write_password_links(SECRET, address, takes_new=True)
    return f"/password/{link.token}"


async def meet_ada() -> Actor:
    return (await meet_correspondent(SYSTEM, ADA, "Ada Stone")).actor


async def test_the_way_stands_on_the_sign_in_page(client: Client) -> None:
    assert 'href="/forgot-password"' in (await client.get("/sign-in")).text
    page = await client.get("/forgot-password")
    assert page.status_code == 200
    assert 'name="email"' in page.text


async def test_the_answer_is_the_same_whoever_has_an_account(client: Client) -> None:
    email = await give_password(await make_person())
    answers = []
    for address in (email, "nobody@example.com"):
        answer = await client.post_form("/forgot-password", {"email": address})
        kept = {name: value for name, value in answer.headers.items() if name not in {"content-length", "date"}}
        answers.append((answer.status_code, kept, answer.text.replace(address, "…")))
    assert answers[0] == answers[1]
    assert answers[0][0] == 200
    assert "If there is an account with this address, a link is on its way." in answers[0][2]


@pytest.mark.parametrize("address", ["ines", "ines <b>@example"])
async def test_what_is_no_address_is_refused_and_kept(client: Client, address: str) -> None:
    answer = await client.post_form("/forgot-password", {"email": address})
    assert answer.status_code == 422
    assert "This is not an e-mail address" in answer.text
    assert f'value="{address.replace("<", "&lt;").replace(">", "&gt;")}"' in answer.text


async def test_too_many_askings_say_when_to_come_back_and_keep_the_address(client: Client) -> None:
    for _ in range(LINKS_PER_MAILBOX):
        await client.post_form("/forgot-password", {"email": "nobody@example.com"})
    answer = await client.post_form("/forgot-password", {"email": "nobody@example.com"})
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 3000
    assert 'value="nobody@example.com"' in answer.text


async def test_signing_up_with_a_known_address_offers_the_link_in_one_press(client: Client) -> None:
    await meet_ada()
    sent = {"name": "Ada Stone", "username": "ada", "email": ADA.upper(), "password": PASSWORD}
    answer = await client.post_form("/sign-up", sent)
    assert answer.status_code == 422
    assert "There is an account with this e-mail address" in answer.text
    form = re.search(r'<form id="password-link" method="post" action="/forgot-password">.*?</form>', answer.text, re.S)
    assert form
    assert re.search(r'<button[^>]*form="password-link"', answer.text)
    assert f'name="email" value="{ADA.upper()}"' in form[0]
    assert PASSWORD not in answer.text
    assert (await client.post_form("/forgot-password", {"email": ADA.upper()})).status_code == 200


async def test_any_other_refusal_of_signing_up_offers_no_link(client: Client) -> None:
    answer = await client.post_form("/sign-up", {"name": "Ada", "username": "ada", "email": "x", "password": "y"})
    assert 'action="/forgot-password"' not in answer.text


async def test_a_member_sets_a_password_and_is_signed_in_here_alone(
    client: Client, new_client: Callable[[], Client]
) -> None:
    ines = await make_person()
    path = await path_for(await give_password(ines))
    elsewhere = await new_client().sign_in(ines)
    page = await client.get(path)
    assert (page.status_code, page.headers["referrer-policy"]) == (200, "no-referrer")
    assert "no-store" in page.headers["cache-control"]
    assert 'name="username"' not in page.text
    assert f"@{ines.username}" in page.text

    answer = await client.post_form(path, {"password": OTHER})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert (await client.get("/api/v1/people/me")).json()["username"] == ines.username
    assert (await elsewhere.get("/api/v1/people/me")).status_code == 401
    assert "Your new password is set" in (await client.get("/")).text
    again = await client.post_form(path, {"password": PASSWORD})
    assert again.status_code == 404
    assert "This link works no more" in again.text
    assert 'action="/forgot-password"' in again.text


async def test_a_scanner_that_opens_the_link_uses_nothing_up(client: Client) -> None:
    path = await path_for(await give_password(await make_person()))
    for _ in range(3):
        assert (await client.get(path)).status_code == 200
        assert (await client.head(path)).status_code == 200
    assert await fetch_value("select count(*) from session") == 0
    assert (await client.post_form(path, {"password": OTHER})).status_code == 303


async def test_a_refused_password_is_named_and_shown_nowhere(client: Client) -> None:
    path = await path_for(await give_password(await make_person()))
    answer = await client.post_form(path, {"password": "short-pw"})
    assert (answer.status_code, answer.headers["referrer-policy"]) == (422, "no-referrer")
    assert "At least 10 characters" in answer.text
    assert "short-pw" not in answer.text


async def test_who_wrote_by_mail_becomes_a_member_and_finds_their_tickets(client: Client) -> None:
    ada = await meet_ada()
    await make_ticket(ada, subject="Invoices are sent twice")
    path = await path_for(ADA)
    page = await client.get(path)
    assert 'value="Ada Stone"' in page.text
    assert f'value="{ADA}"' in page.text

    refused = await client.post_form(path, {"name": "Ada <S>", "username": "a", "password": "short-pw"})
    assert refused.status_code == 422
    assert 'value="Ada &lt;S&gt;"' in refused.text
    assert 'value="a"' in refused.text
    assert "short-pw" not in refused.text

    answer = await client.post_form(path, {"name": "Ada Stone", "username": "ada", "password": OTHER})
    assert (answer.status_code, answer.headers["location"]) == (303, "/tickets")
    tickets = (await client.get("/tickets")).text
    assert "Welcome, Ada Stone" in tickets
    assert "Invoices are sent twice" in tickets


async def test_the_session_here_is_a_new_one_whoever_was_signed_in(client: Client) -> None:
    bo, ines = await make_person(), await make_person()
    await client.sign_in(bo)
    before = client.cookies[SESSION_COOKIE]
    answer = await client.post_form(await path_for(await give_password(ines)), {"password": OTHER})
    cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith(SESSION_COOKIE))
    assert before not in cookie
    assert "HttpOnly" in cookie
    assert await fetch_value("select count(*) from session where person_id = $1", bo.person_id) == 0


async def test_a_link_of_nobodys_leads_to_asking_for_one(client: Client) -> None:
    ines = await make_person()
    path = await path_for(await give_password(ines))
    await execute("update person set suspended_at = now() where id = $1", ines.person_id)
    for one in (path, "/password/x", "/password/%00"):
        answer = await client.get(one)
        assert answer.status_code == 404
        assert "This link works no more" in answer.text
    assert (await client.post_form(path, {"password": OTHER})).status_code == 404


async def test_a_form_without_the_pages_token_is_refused(client: Client) -> None:
    path = await path_for(await give_password(await make_person()))
    assert (await client.post("/forgot-password", data={"email": ADA})).status_code == 403
    assert (await client.post(path, data={"password": OTHER})).status_code == 403
    assert await fetch_value("select count(*) from outbox_message") == 0
