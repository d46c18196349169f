"""The language of a page: what a person chose, this browser, what it accepts."""

from collections.abc import Callable

from kb.core.policy import Role
from tests.support.client import Client
from tests.support.factories import make_person

SignIn = Callable[..., object]


async def test_a_page_says_its_language_and_direction(client: Client) -> None:
    page = await client.get("/", headers={"Accept-Language": "ar-EG, en;q=0.5"})
    assert '<html lang="ar" dir="rtl">' in page.text
    assert page.headers["content-language"] == "ar"
    assert "Accept-Language" in page.headers["vary"]


async def test_choosing_in_the_foot_lasts_in_this_browser_and_leads_back(client: Client) -> None:
    answer = await client.post(
        "/language", data={"language": "de", "next": "/kb"}, headers={"sec-fetch-site": "same-origin"}
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/kb")
    page = await client.get("/", headers={"Accept-Language": "ar"})
    assert '<html lang="de" dir="ltr">' in page.text


async def test_what_a_person_chose_holds_in_every_browser(client: Client) -> None:
    person = await make_person(Role.MEMBER)
    await client.sign_in(person)
    await client.post("/language", data={"language": "de", "next": "/"})
    client.cookies.delete("answerloop_language")
    page = await client.get("/", headers={"Accept-Language": "ar"})
    assert '<html lang="de"' in page.text


async def test_a_foreign_site_changes_nobodys_language(client: Client) -> None:
    answer = await client.post("/language", data={"language": "de"}, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    assert "answerloop_language" not in client.cookies


async def test_a_language_that_is_not_spoken_is_refused_and_nothing_leads_away(client: Client) -> None:
    assert (await client.post("/language", data={"language": "xx"})).status_code == 422
    answer = await client.post("/language", data={"language": "de", "next": "//evil.example"})
    assert answer.headers["location"] == "/"
