"""Translations over HTTP: both sides in the editor, the switch and the alternates for readers, and programs."""

import re
from urllib.parse import quote

from kb.answers.publishing import publish_article
from kb.answers.reviewing import submit_article
from kb.answers.revising import Revision, revise_article
from kb.answers.translating import Translation, write_translation
from kb.core.actor import Actor
from kb.core.database import fetch_value
from kb.core.policy import Role
from tests.support.answers_factories import make_published_article
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.people_factories import make_key

FORM = {"title": "Wie man es zurücksetzt", "body": "Drücke ihn.", "translated": "1", "based_on": "0"}


async def make_original() -> tuple[str, int]:
    await make_published_article("How to reset it", "Press **it**.")
    number = await fetch_value("select number from article")
    return f"/kb/{number}/how-to-reset-it", number


async def publish_german(agent: Actor) -> str:
    original_id = await fetch_value("select id from article")
    made = await write_translation(agent, original_id, "de", Translation(FORM["title"], FORM["body"], 1))
    await submit_article(agent, made.id)
    await publish_article(agent, made.id, revision=1)
    return f"/kb/{made.number}/{made.slug}"


async def test_it_is_written_beside_its_original_kept_as_typed_and_led_to_when_it_is_there(client: Client) -> None:
    _, number = await make_original()
    await client.sign_in(await make_person(Role.AGENT))
    page = (await client.get(f"/kb/{number}/translations/de")).text
    assert "Press **it**." in page
    filled = (await client.get(f"/kb/{number}/translations/de?start=original")).text
    assert 'value="How to reset it"' in filled

    kept = {**FORM, "draft_place": f"article:{number}:de", "draft_version": "0"}
    await client.post_form("/drafts", kept)
    assert "Drücke ihn." in (await client.get(f"/kb/{number}/translations/de")).text
    refused = await client.post_form(f"/kb/{number}/translations/de", {**FORM, "title": "Kurz"})
    assert refused.status_code == 422
    assert "Drücke ihn." in refused.text

    made = await client.post_form(f"/kb/{number}/translations/de", {**FORM, "act": "submit"})
    assert made.headers["location"].endswith("/review")
    again = await client.get(f"/kb/{number}/translations/de")
    assert again.headers["location"].endswith("/edit")
    assert (await client.get(f"/kb/{number}/translations/en")).status_code == 404
    assert (await client.get(f"/kb/{number}/translations/xx")).status_code == 404


async def test_a_translator_is_shown_what_the_original_changed_and_says_when_it_is_followed(client: Client) -> None:
    agent = await make_person(Role.AGENT)
    await make_original()
    path = await publish_german(agent)
    number = int(path.split("/")[2])
    original_id = await fetch_value("select id from article where translation_of is null")
    await revise_article(agent, original_id, Revision("How to reset it", "Press **it** twice.", 1))
    await publish_article(agent, original_id, revision=2)
    await client.sign_in(agent)

    page = (await client.get(f"/kb/{number}/edit")).text
    assert "The original has changed since revision 1 was translated" in page
    assert "twice" in page
    assert "was changed after this was translated" in (await client.get(path)).text
    form = {**FORM, "body": "Drücke ihn zweimal.", "based_on": "1", "translated": "2"}
    assert (await client.post_form(f"/kb/{number}/revisions", form)).status_code == 303
    assert "The original has changed" not in (await client.get(f"/kb/{number}/edit")).text


async def test_readers_get_a_switch_alternates_and_their_own_version(client: Client, new_client: type[Client]) -> None:
    english, _ = await make_original()
    german = await publish_german(await make_person(Role.AGENT))
    page = (await client.get(german, headers={"accept-language": "en"})).text
    alternates = dict(re.findall(r'<link rel="alternate" hreflang="([a-z-]+)" href="[a-z]+://[^/]+(/[^"]+)"', page))
    assert alternates == {"en": english, "de": quote(german), "x-default": english}
    assert re.findall(r'<link rel="canonical" href="[a-z]+://[^/]+(/[^"]+)"', page) == [quote(german)]
    assert '"inLanguage":"de"' in page.replace(": ", ":")
    assert 'lang="de"' in page
    home = (await new_client().get("/kb", headers={"accept-language": "de"})).text
    assert FORM["title"] in home
    assert "How to reset it" not in home
    assert "How to reset it" in (await new_client().get("/kb", headers={"accept-language": "en"})).text
    await make_published_article("Only in English")
    number = await fetch_value("select max(number) from article")
    assert "hreflang" not in (await client.get(f"/kb/{number}/only-in-english")).text


async def test_programs_translate_and_read_in_their_language(client: Client) -> None:
    _, number = await make_original()
    key = {"authorization": f"Bearer {await make_key(await make_person(Role.AGENT))}"}
    at = f"/api/v1/articles/{number}/translations"
    text = {"title": FORM["title"], "body": FORM["body"], "translated": 1}
    made = await client.put(f"{at}/de", json=text, headers=key)
    assert (made.json()["state"], made.json()["is_outdated"]) == ("draft", False)
    stale = await client.put(f"{at}/de", json=text, headers=key)
    assert stale.status_code == 409
    again = await client.put(f"{at}/de", json={**text, "body": "Drücke.", "based_on": 1}, headers=key)
    assert again.status_code == 200
    german = again.json()["number"]
    await client.post(f"/api/v1/articles/{german}/submission", headers=key)
    await client.put(f"/api/v1/articles/{german}/publication", json={"revision": 2}, headers=key)
    languages = [line["language"] for line in (await client.get(at, headers=key)).json()["items"]]
    assert languages == ["de", "ar"]
    for language in ("de", "en"):
        found = await client.get("/api/v1/articles", headers={"accept-language": language})
        assert [one["language"] for one in found.json()["items"]] == [language]
