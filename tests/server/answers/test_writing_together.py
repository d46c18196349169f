"""The article's editor keeps what is typed, tells who else writes there, and never saves over a text its writer has not seen."""

from kb.answers.drafting import NewArticle, write_article
from kb.answers.revising import Revision, revise_article
from kb.core.actor import Actor
from kb.core.clock import clock_held_at, now
from kb.core.database import fetch_value
from kb.core.policy import Role
from kb.drafts.keeping import find_draft
from kb.drafts.writing_together import STILL_WRITING, list_other_writers
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.people_factories import make_key

TYPED = {
    "title": "How to get the reset mail", "body": "Press **Unblock** twice.", "note": "Twice, not once", "visibility": "staff",
    "section": "", "category": "", "cluster": "", "based_on": "1",
}  # fmt: skip


async def make_article(writer: Actor) -> int:
    return (await write_article(writer, NewArticle("How to get the mail", "Press **Unblock**."))).number


async def keep(client: Client, place: str, **typed: str) -> None:
    sent = {**TYPED, **typed, "draft_place": place, "draft_version": "0"}
    response = await client.post_form("/drafts", sent, accept="application/json")
    assert response.status_code == 200


async def test_what_is_typed_over_an_article_is_back_on_every_device_with_all_its_fields(
    client: Client, new_client: type[Client]
) -> None:
    writer = await make_person(Role.AGENT)
    await client.sign_in(writer)
    number = await make_article(writer)
    await keep(client, f"article:{number}")

    phone = await new_client().sign_in(writer)
    page = (await phone.get(f"/kb/{number}/edit")).text

    assert "Press **Unblock** twice." in page
    assert 'value="Twice, not once"' in page
    assert '<option value="staff" selected>' in page
    assert "Your draft is back" in page


async def test_a_new_article_is_kept_and_gone_once_it_was_stored(client: Client) -> None:
    writer = await make_person(Role.AGENT)
    await client.sign_in(writer)
    await keep(client, "article")
    assert "Press **Unblock** twice." in (await client.get("/kb/new")).text

    refused = await client.post_form("/kb", {**TYPED, "title": "Short", "draft_version": "1"})
    assert refused.status_code == 422
    assert await find_draft(writer, "article") is not None

    stored = await client.post_form("/kb", {**TYPED, "draft_version": "1"})
    assert "draft_done=article" in ";".join(stored.headers.get_list("set-cookie"))
    assert await find_draft(writer, "article") is None


async def test_an_expired_session_carries_every_field_over_the_sign_in(client: Client) -> None:
    number = await make_article(await make_person(Role.AGENT))
    sent = {**TYPED, "draft_place": f"article:{number}", "draft_version": "0"}

    page = await client.post_form(f"/kb/{number}/revisions", sent, accept="text/html")

    assert page.status_code == 401
    for name in ("body", "note", "visibility", "based_on", "draft_place"):
        assert f'name="{name}"' in page.text, name


async def test_whoever_writes_the_same_article_is_named_and_their_text_is_not(
    client: Client, new_client: type[Client]
) -> None:
    ada, bo = await make_person(Role.AGENT, name="Ada Lind"), await make_person(Role.AGENT, name="Bo Frey")
    number = await make_article(ada)
    await keep(await new_client().sign_in(ada), f"article:{number}", body="Secret words of Ada")

    page = (await (await client.sign_in(bo)).get(f"/kb/{number}/edit")).text
    assert "Ada Lind is writing here too" in page
    assert "Secret words" not in page
    assert await list_other_writers(ada, f"article:{number}") == []
    assert await list_other_writers(await make_person(), f"article:{number}") == []
    with clock_held_at(now() + STILL_WRITING["article"]):
        assert await list_other_writers(bo, f"article:{number}") == []


async def test_a_save_over_a_newer_revision_is_refused_with_both_texts(client: Client) -> None:
    ada, bo = await make_person(Role.AGENT, name="Ada Lind"), await make_person(Role.AGENT)
    number = await make_article(ada)
    await client.sign_in(bo)
    await keep(client, f"article:{number}")
    article_id = await fetch_value("select id from article where number = $1", number)
    await revise_article(ada, article_id, Revision("How to get the mail", "Press *Release* first.", 1))

    refused = await client.post_form(f"/kb/{number}/revisions", {**TYPED, "draft_version": "1"})
    assert refused.status_code == 409
    assert "Revision 2 was saved while you wrote" in refused.text
    assert "Release" in refused.text
    assert "Press **Unblock** twice." in refused.text
    assert await find_draft(bo, f"article:{number}") is not None

    again = await client.post_form(f"/kb/{number}/revisions", {**TYPED, "draft_version": "1"})
    assert again.status_code == 409
    assert await fetch_value("select revision from article") == 2

    saved = await client.post_form(f"/kb/{number}/revisions", {**TYPED, "draft_version": "1", "compared": "2"})
    assert saved.status_code == 303
    assert await fetch_value("select body_source from article_revision where number = 3") == "Press **Unblock** twice."
    assert await fetch_value("select body_source from article_revision where number = 2") == "Press *Release* first."
    assert await find_draft(bo, f"article:{number}") is None


async def test_any_two_revisions_stand_beside_each_other(client: Client) -> None:
    ada = await make_person(Role.AGENT)
    number = await make_article(ada)
    article_id = await fetch_value("select id from article where number = $1", number)
    await revise_article(ada, article_id, Revision("How to get the mail", "Press *Release* first.", 1))
    await revise_article(ada, article_id, Revision("How to get the mail", "Press *Release* first.\n\nThen wait.", 2))
    await client.sign_in(ada)

    page = (await client.get(f"/kb/{number}/comparison?old=1&new=3")).text

    assert "Unblock" in page
    assert "Then wait." in page
    assert '<option value="1" selected>' in page
    assert (await client.get(f"/kb/{number}/comparison?old=1&new=9")).status_code == 404
    assert "Unblock" not in (await client.get(f"/kb/{number}/comparison")).text


async def test_a_program_saves_over_what_it_read_and_nothing_else(client: Client) -> None:
    agent = await make_person(Role.AGENT)
    key = {"authorization": f"Bearer {await make_key(agent)}"}
    made = await client.post(
        "/api/v1/articles", json={"title": "How to get the mail", "body": "Press it."}, headers=key
    )
    number = made.json()["number"]
    text = await client.get(f"/api/v1/articles/{number}/text", headers=key)
    change = {"title": "How to get the mail", "body": "Press it twice.", "based_on": 1}

    saved = await client.put(
        f"/api/v1/articles/{number}/text", json=change, headers={**key, "if-match": text.headers["etag"]}
    )
    assert saved.json()["revision"] == 2

    stale = {**change, "body": "Press it never."}
    late = await client.put(
        f"/api/v1/articles/{number}/text", json=stale, headers={**key, "if-match": text.headers["etag"]}
    )
    assert late.status_code == 412
    assert (await client.put(f"/api/v1/articles/{number}/text", json=stale, headers=key)).status_code == 409
    found = await client.get(f"/api/v1/articles/{number}/comparison?old=1&new=2", headers=key)
    assert [line["kind"] for line in found.json()["lines"]] == ["changed"]
    assert len((await client.get(f"/api/v1/articles/{number}/revisions", headers=key)).json()["items"]) == 2
