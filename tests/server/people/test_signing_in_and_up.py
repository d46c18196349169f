"""The doors: signing up, in and out."""

import pytest
from httpx import Response

from kb.core.database import execute, fetch_value
from kb.people.rules import TRIES_PER_ACCOUNT
from server.people.forms import local_path
from server.security.identifying import SESSION_COOKIE
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.people_factories import PASSWORD, give_password

INES = {
    "name": "Ines Duarte",
    "username": "ines",
    "email": "ines@example.com",
    "password": PASSWORD,
    "next": "/tickets/new",
}


def session_cookie(answer: Response) -> str:
    return next((c for c in answer.headers.get_list("set-cookie") if c.startswith(SESSION_COOKIE)), "")


async def test_signing_up_signs_in_and_leads_on(client: Client) -> None:
    assert (await client.get("/sign-up?next=/tickets/new")).status_code == 200
    answer = await client.post_form("/sign-up", INES)
    assert (answer.status_code, answer.headers["location"]) == (303, "/tickets/new")
    me = await client.get("/api/v1/people/me")
    assert (me.json()["username"], me.json()["role"], me.json()["scopes"]) == ("ines", "member", None)


async def test_a_refused_sign_up_keeps_everything_typed_but_the_password(client: Client) -> None:
    answer = await client.post_form("/sign-up", {**INES, "name": "Ines <b>", "password": "short-pw"})
    assert answer.status_code == 422
    assert 'value="Ines &lt;b&gt;"' in answer.text
    assert 'value="ines@example.com"' in answer.text
    assert "short-pw" not in answer.text
    assert "At least 10 characters" in answer.text
    assert await fetch_value("select count(*) from person") == 0


async def test_signing_up_where_it_is_closed_is_refused_and_the_page_says_so(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.people.signing._is_open", lambda _: False)
    page = await client.get("/sign-up")
    assert "made by an admin" in page.text
    assert 'name="password"' not in page.text
    assert (await client.post_form("/sign-up", INES)).status_code == 403
    assert await fetch_value("select count(*) from person") == 0


async def test_signing_in_opens_a_new_session_whatever_cookie_came_along(client: Client) -> None:
    ines, thief = await make_person(), await make_person()
    email = await give_password(ines)
    await client.sign_in(thief)
    planted = client.cookies[SESSION_COOKIE]
    answer = await client.post_form("/sign-in", {"email": email, "password": PASSWORD, "next": "/tickets"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/tickets")
    cookie = session_cookie(answer)
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert planted not in cookie
    assert await fetch_value("select count(*) from session where person_id = $1", thief.person_id) == 0
    assert await fetch_value("select count(*) from session where person_id = $1", ines.person_id) == 1


@pytest.mark.parametrize(("base", "secure"), [("https://help.example.com", True), ("http://localhost:8000", False)])
async def test_the_cookie_demands_tls_where_there_is_tls(
    client: Client, app_services: object, monkeypatch: pytest.MonkeyPatch, base: str, secure: bool
) -> None:
    email = await give_password(await make_person())
    values = app_services.settings.values  # type: ignore[attr-defined]
    monkeypatch.setitem(values, "BASE_URL", base)
    answer = await client.post_form("/sign-in", {"email": email, "password": PASSWORD})
    assert ("Secure" in session_cookie(answer)) is secure


async def test_a_wrong_password_keeps_the_address_and_opens_nothing(client: Client) -> None:
    email = await give_password(await make_person())
    answer = await client.post_form("/sign-in", {"email": email, "password": "not the password", "next": "/desk"})
    assert answer.status_code == 422
    assert f'value="{email}"' in answer.text
    assert 'value="/desk"' in answer.text
    assert "not the password" not in answer.text
    assert session_cookie(answer) == ""


async def test_too_many_tries_say_when_to_come_back(client: Client) -> None:
    email = await give_password(await make_person())
    await execute("update person set password_hash = null where lower(email) = $1", email)
    for _ in range(TRIES_PER_ACCOUNT):
        await client.post_form("/sign-in", {"email": email, "password": "wrong"})
    answer = await client.post_form("/sign-in", {"email": email, "password": PASSWORD})
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 600
    assert f'value="{email}"' in answer.text


async def test_signing_out_ends_the_session_in_the_database_too(client: Client) -> None:
    ines = await make_person()
    await client.sign_in(ines)
    token = client.cookies[SESSION_COOKIE]
    answer = await client.post_form("/sign-out")
    assert answer.status_code == 303
    client.cookies.set(SESSION_COOKIE, token)
    assert (await client.get("/api/v1/people/me")).status_code == 401


async def test_signing_in_without_the_pages_token_is_refused(client: Client) -> None:
    email = await give_password(await make_person())
    answer = await client.post("/sign-in", data={"email": email, "password": PASSWORD})
    assert answer.status_code == 403
    assert session_cookie(answer) == ""


async def test_who_is_signed_in_already_is_led_on(client: Client) -> None:
    await client.sign_in(await make_person())
    for path in ("/sign-in", "/sign-up"):
        answer = await client.get(f"{path}?next=//evil.example")
        assert (answer.status_code, answer.headers["location"]) == (303, "/")


@pytest.mark.parametrize(
    ("text", "leads_to"),
    [
        ("/tickets/7?x=1#m2", "/tickets/7?x=1#m2"),
        ("/", "/"),
        ("", "/"),
        ("https://evil.example", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/a\\b", "/"),
        ("javascript:alert(1)", "/"),
        ("/a\r\nset-cookie: x=y", "/"),
        ("/\t/evil.example", "/"),
        ("/" + "a" * 3000, "/"),
    ],
)
def test_next_leads_to_this_site_alone(text: str, leads_to: str) -> None:
    assert local_path(text) == leads_to
