"""Readers see the release an article was checked for; staff see what is due, and check it."""

from kb.core.database import fetch_value
from kb.core.policy import Role
from tests.support.answers_factories import make_published_article
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.people_factories import make_key


async def test_readers_see_it_discreetly_and_staff_see_what_is_due(client: Client, new_client: type[Client]) -> None:
    await make_published_article("How to reset it")
    number = await fetch_value("select number from article")
    path = f"/kb/{number}/how-to-reset-it"
    admin = await client.sign_in(await make_person(Role.ADMIN))
    assert (await admin.post_form("/releases", {"version": "4.2"})).status_code == 303
    assert "Not checked for a release; 4.2 is out" in (await admin.get(path)).text
    due = (await admin.get("/kb/drafts?list=verify")).text
    assert "How to reset it" in due

    form = {"release": "4.2", "revision": "1", "back": "list"}
    assert (await admin.post_form(f"/kb/{number}/verification", form)).headers["location"] == "/kb/drafts?list=verify"
    assert "How to reset it" not in (await admin.get("/kb/drafts?list=verify")).text
    reader = (await new_client().get(path)).text
    assert "Checked for 4.2" in reader
    assert "is out" not in reader

    await admin.post_form("/releases", {"version": "4.3"})
    assert "Checked for 4.2; 4.3 is out" in (await admin.get(path)).text
    assert "4.3 is out" not in (await new_client().get(path)).text
    await admin.post_form(f"/kb/{number}/verification/removal")
    assert "Checked for" not in (await new_client().get(path)).text


async def test_programs_record_releases_and_check_articles(client: Client) -> None:
    await make_published_article("How to reset it")
    number = await fetch_value("select number from article")
    key = {"authorization": f"Bearer {await make_key(await make_person(Role.ADMIN))}"}
    assert (await client.put("/api/v1/releases/4.2", json={"notes": "Quicker."}, headers=key)).status_code == 204
    assert (await client.get("/api/v1/releases", headers=key)).json()["items"][0]["version"] == "4.2"
    due = await client.get("/api/v1/articles-to-verify", headers=key)
    assert [one["number"] for one in due.json()["items"]] == [number]

    at = f"/api/v1/articles/{number}/verification"
    assert (await client.put(at, json={"revision": 9, "release": "4.2"}, headers=key)).status_code == 409
    assert (await client.put(at, json={"revision": 1, "release": "4.2"}, headers=key)).status_code == 204
    assert (await client.get(f"/api/v1/articles/{number}")).json()["verified_for"] == "4.2"
    assert (await client.get("/api/v1/articles-to-verify", headers=key)).json()["items"] == []
    assert (await client.delete(at, headers=key)).status_code == 204
