"""Drafts over HTTP: the button without scripts, the script's call, the list, a session that is over, and programs."""

import re
from html import escape, unescape

from kb.core.actor import ANONYMOUS, Actor
from kb.core.database import execute, fetch_value
from kb.core.permissions import Permission
from kb.core.policy import Role
from kb.drafts.keeping import DraftText, find_draft, keep_draft
from kb.drafts.places import edit_place, reply_place
from kb.people.signing_up import SignUp, sign_up
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_space, make_topic
from tests.support.people_factories import make_key
from tests.support.tickets_factories import make_ticket

TYPED = {
    "draft_place": "ask", "draft_version": "0", "title": "The <export> stops", "space": "help", "body": "Since *Monday* & on.",
    "page_url": "https://x.test/a",
}  # fmt: skip


async def text_of(person: Actor, place: str = "ask") -> DraftText | None:
    draft = await find_draft(person, place)
    return draft.text if draft else None


async def test_the_button_saves_without_scripts_and_the_form_is_back_on_every_device(client: Client) -> None:
    await make_space()
    writer = await make_person()
    await client.sign_in(writer)
    saved = await client.post_form("/drafts", TYPED)
    assert (saved.status_code, saved.headers["location"]) == (303, "/ask")
    page = (await client.get("/ask")).text
    assert escape(TYPED["body"]) in page
    assert f'value="{escape(TYPED["title"])}"' in page
    assert '<option value="help" selected>' in page
    assert 'name="draft_version" value="1"' in page
    assert "Your draft is back" in page
    assert "other device" not in page


async def test_posting_takes_the_draft_and_says_so_to_the_browser_and_a_refusal_does_neither(client: Client) -> None:
    await make_space()
    writer = await make_person()
    await client.sign_in(writer)
    await client.post_form("/drafts", TYPED)
    refused = await client.post_form("/ask", {**TYPED, "title": "Help", "draft_version": "1"})
    assert refused.status_code == 422
    assert 'name="draft_version" value="1"' in refused.text
    assert "draft_done" not in refused.headers.get("set-cookie", "")
    assert await text_of(writer) is not None
    accepted = await client.post_form("/ask", {**TYPED, "draft_version": "1"})
    assert "draft_done=ask" in ";".join(accepted.headers.get_list("set-cookie"))
    assert await text_of(writer) is None


async def test_answers_corrections_and_tickets_are_restored_in_their_forms(client: Client) -> None:
    agent = await make_person(Role.AGENT)
    topic = await make_topic()
    mine, ticket = await make_reply(topic, agent), await make_ticket(subject="Export", requester=agent)
    await client.sign_in(agent)
    forms = {
        reply_place(topic.number): topic.path,
        edit_place(mine): f"/posts/{mine}/edit",
        "ticket": "/tickets/new",
        f"ticket:{ticket.number}": f"/tickets/{ticket.number}",
    }
    handled = await make_ticket()
    for place, path in {**forms, f"ticket:{handled.number}": f"/desk/{handled.number}"}.items():
        await keep_draft(agent, place, DraftText(body=f"Half a text for {place}"))
        page = (await client.get(path)).text
        assert f"Half a text for {place}" in page, place
        assert f'name="draft_place" value="{place}"' in page, place


async def test_the_script_is_answered_with_the_version_and_told_of_a_draft_that_is_gone(client: Client) -> None:
    writer = await make_person()
    await client.sign_in(writer)
    json = {"accept": "application/json"}
    assert (await client.post_form("/drafts", TYPED, **json)).json() == {"version": 1}
    assert (await client.post_form("/drafts", {**TYPED, "draft_version": "1"}, **json)).json() == {"version": 2}
    await execute("delete from draft")
    late = await client.post_form("/drafts", {**TYPED, "draft_version": "2"}, **json)
    assert late.status_code == 409
    assert (await client.post("/drafts", data=TYPED)).status_code == 403


async def test_the_list_shows_ones_own_and_gives_the_other_text_back(client: Client) -> None:
    writer = await make_person()
    await keep_draft(writer, "ask", DraftText("On the phone", "Typed on the phone"))
    await keep_draft(writer, "ask", DraftText("At the desk", "Typed at the desk"))
    await keep_draft(await make_person(), "ticket", DraftText("Somebody else's", "secret"))
    await client.sign_in(writer)
    page = (await client.get("/me/drafts")).text
    assert "At the desk" in page
    assert "Typed on the phone" in page
    assert "secret" not in page
    assert "Another device wrote something else" in (await client.get("/ask")).text
    take = re.search(r'action="(/drafts/[^"]+/other)"', page)
    assert take is not None
    assert (await client.post_form(take[1])).headers["location"] == "/ask"
    assert "Typed on the phone</textarea>" in (await client.get("/ask")).text
    await client.post_form(take[1].replace("other", "removal"))
    assert "Nothing half-written" in (await client.get("/me/drafts")).text


async def test_a_text_sent_after_the_session_was_over_is_back_once_one_has_signed_in(client: Client) -> None:
    await make_space()
    page = await client.post_form("/ask", TYPED)
    assert page.status_code == 401
    assert "Your session is over, your text is not." in page.text
    fields = {
        name: unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text)
    }
    fields.pop("_csrf_token")
    await _register()
    wrong = await client.post_form("/sign-in", {**fields, "email": "bo@example.com", "password": "not this one"})
    assert escape(TYPED["body"]) in wrong.text
    signed_in = await client.post_form("/sign-in", {**fields, "email": "bo@example.com", "password": PASSWORD})
    assert signed_in.headers["location"] == "/ask"
    form = await client.get("/ask")
    assert escape(TYPED["body"]) in form.text
    assert f'value="{escape(TYPED["title"])}"' in form.text
    assert f'value="{TYPED["page_url"]}"' in form.text


async def test_a_text_that_comes_along_replaces_no_draft_of_another_form(client: Client) -> None:
    await _register()
    page = await client.post_form("/t/7/posts", {"draft_place": "reply:7", "body": "Raise the limit."})
    assert 'name="draft_place" value="reply:7"' in page.text
    sent = {"draft_place": "nonsense", "body": "x", "email": "bo@example.com", "password": PASSWORD}
    signed_in = await client.post_form("/sign-in", sent)
    assert (signed_in.status_code, signed_in.headers["location"]) == (303, "/")
    assert await fetch_value("select count(*) from draft") == 0


async def test_a_text_that_comes_along_overwrites_nothing_another_device_wrote_meanwhile(client: Client) -> None:
    bo = await _register()
    await keep_draft(bo, "reply:7", DraftText(body="On the phone"))
    await keep_draft(bo, "reply:7", DraftText(body="On the phone, later"), based_on=1)
    sent = {"draft_place": "reply:7", "draft_version": "1", "body": "At the desk", "email": "bo@example.com"}
    await client.post_form("/sign-in", {**sent, "password": PASSWORD})
    draft = await find_draft(bo, "reply:7")
    assert draft is not None
    assert (draft.text.body, draft.other_body) == ("At the desk", "On the phone, later")


async def test_programs_keep_list_and_discard_drafts_within_their_scope(client: Client) -> None:
    writer = await make_person()
    headers = {"authorization": f"Bearer {await make_key(writer)}"}
    kept = await client.put("/api/v1/drafts/reply:12", json={"body": "Raise it."}, headers=headers)
    assert kept.json() == {"version": 1}
    [draft] = (await client.get("/api/v1/drafts", headers=headers)).json()["items"]
    assert (draft["place"], draft["body"], draft["other_body"]) == ("reply:12", "Raise it.", None)
    narrow = {"authorization": f"Bearer {await make_key(writer, Permission.TOPIC_READ)}"}
    assert (await client.get("/api/v1/drafts", headers=narrow)).status_code == 403
    for _ in range(2):
        assert (await client.delete("/api/v1/drafts/reply:12", headers=headers)).status_code == 204
    assert (await client.get("/api/v1/drafts", headers=headers)).json()["items"] == []
    assert (await client.put("/api/v1/drafts/nowhere", json={"body": "x"}, headers=headers)).status_code == 404


PASSWORD = "a quiet harbour at dawn"


async def _register() -> Actor:
    details = SignUp("Bo Lind", "bo-lind", "bo@example.com", PASSWORD)
    return await sign_up(ANONYMOUS, details, is_open=True, address="127.0.0.1")
