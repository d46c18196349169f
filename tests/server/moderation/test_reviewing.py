"""Flagging and reviewing by page and by program."""

import pytest

from kb.core.policy import Role
from kb.moderation.deciding import Verdict, decide
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_topic
from tests.support.moderation_factories import flag_by, make_regular, waiting_item
from tests.support.people_factories import make_key
from tests.support.statements import statements_run


async def test_a_member_flags_a_post_and_sees_that_they_did(client: Client) -> None:
    topic = await make_topic()
    post = await make_reply(topic)
    await client.sign_in(await make_person())
    assert f"/posts/{post}/flag" in (await client.get(topic.path)).text
    refused = await client.post_form(f"/posts/{post}/flag", {"reason": "other", "note": ""})
    sent = await client.post_form(f"/posts/{post}/flag", {"reason": "other", "note": "It is a copy of mine."})

    assert (refused.status_code, sent.status_code, sent.headers["location"]) == (422, 303, f"/posts/{post}")
    assert "Withdraw the flag" in (await client.get(f"/posts/{post}/flag")).text
    await client.post_form(f"/posts/{post}/flag/removal")
    assert "Withdraw the flag" not in (await client.get(f"/posts/{post}/flag")).text


async def test_strangers_pages_and_ones_own_posts_offer_no_flag(client: Client) -> None:
    author = await make_person(Role.AGENT)
    topic = await make_topic(author)
    assert "/flag" not in (await client.get(topic.path)).text
    await client.sign_in(author)
    assert "/flag" not in (await client.get(topic.path)).text


async def test_a_moderator_decides_without_scripts_and_undoes_it_in_the_log(client: Client) -> None:
    topic = await make_topic(title="The export stops early")
    post = await make_reply(topic, body="Buy shoes.")
    await flag_by(1, post)
    item = await waiting_item(post)
    await client.sign_in(await make_person(Role.MODERATOR))
    assert "Buy shoes." in (await client.get("/moderation")).text
    long = await client.post_form(f"/moderation/items/{item}/decision", {"decision": "hide", "told": "x" * 2001})
    decided = await client.post_form(f"/moderation/items/{item}/decision", {"decision": "hide", "told": "No selling."})
    log = (await client.get("/moderation/log")).text

    assert long.status_code == 422
    assert "x" * 2001 in long.text
    assert decided.status_code == 303
    assert "Reviewed: hidden" in log
    assert "No selling." in log
    undo = log.split('action="/moderation/log/', 1)[1].split('"', 1)[0]
    await client.post_form(f"/moderation/log/{undo}")
    assert "Buy shoes." in (await client.get("/moderation")).text


async def test_somebody_elses_decision_is_told_and_breaks_nothing(client: Client) -> None:
    post = await make_reply(await make_topic())
    await flag_by(1, post)
    item = await waiting_item(post)
    await client.sign_in(await make_person(Role.MODERATOR))
    await decide(await make_person(Role.MODERATOR), item, Verdict("keep"))
    late = await client.post_form(f"/moderation/items/{item}/decision", {"decision": "hide"})

    assert late.status_code == 303
    assert "decided this already" in (await client.get("/moderation")).text


async def test_an_admin_keeps_the_canned_reasons(client: Client) -> None:
    await client.sign_in(await make_person(Role.ADMIN))
    refused = await client.post_form("/moderation/reasons", {"name": "", "text": "Please be kind."})
    await client.post_form("/moderation/reasons", {"name": "Kindness", "text": "Please be kind, {name}."})
    shown = (await client.get("/moderation/reasons")).text

    assert refused.status_code == 422
    assert "Please be kind." in refused.text
    assert "Please be kind, {name}." in shown
    reason = shown.split('href="/moderation/reasons/', 1)[1].split('"', 1)[0]
    await client.post_form(f"/moderation/reasons/{reason}", {"name": "Tone", "text": "Kindly."})
    assert "Tone" in (await client.get("/moderation/reasons")).text
    await client.post_form(f"/moderation/reasons/{reason}/removal")
    assert "Tone" not in (await client.get("/moderation/reasons")).text


@pytest.mark.parametrize(
    "path", ["/moderation", "/moderation?source=flag&space=help", "/moderation/log", "/moderation/words"]
)
async def test_the_pages_of_moderation_run_at_most_five_statements(client: Client, path: str) -> None:
    topic = await make_topic()
    moderator = await make_person(Role.MODERATOR)
    for _ in range(3):
        post = await make_reply(topic)
        await flag_by(1, post)
    await decide(moderator, await waiting_item(post), Verdict("keep"))
    await client.sign_in(moderator)
    with statements_run() as statements:
        assert (await client.get(path)).status_code == 200
    assert len(statements) <= 5, statements


async def test_programs_do_all_that_pages_do(client: Client) -> None:
    topic = await make_topic()
    post = await make_reply(topic)
    member = {"authorization": f"Bearer {await make_key(await make_regular())}"}
    moderator = {"authorization": f"Bearer {await make_key(await make_person(Role.MODERATOR))}"}
    admin = {"authorization": f"Bearer {await make_key(await make_person(Role.ADMIN))}"}
    await client.post(f"/api/v1/posts/{post}/flag", json={"reason": "rude"}, headers=member)
    assert (await client.get(f"/api/v1/posts/{post}/flag", headers=member)).json()["reason"] == "rude"
    await client.delete(f"/api/v1/posts/{post}/flag", headers=member)
    made = await client.post(f"/api/v1/topics/{topic.number}/flag", json={"reason": "spam"}, headers=member)
    reviews = (await client.get("/api/v1/reviews", headers=moderator)).json()
    item = reviews["items"][0]
    reason = (
        await client.post("/api/v1/canned-reasons", json={"name": "Spam", "text": "No, {name}."}, headers=admin)
    ).json()
    sent = {"decision": "hide", "canned": reason["id"]}
    decision = (await client.post(f"/api/v1/reviews/{item['id']}/decision", json=sent, headers=moderator)).json()["id"]
    log = (await client.get("/api/v1/moderation/log", headers=moderator)).json()["items"]
    outcome = (await client.get(f"/api/v1/reviews/decisions/{decision}", headers=member)).json()

    assert made.status_code == 201
    assert (reviews["total"], item["kind"], item["flags"][0]["reason"]) == (1, "topic", "spam")
    assert (await client.get(f"/api/v1/topics/{topic.number}")).status_code in {404, 410}
    assert [act["decision"] for act in log] == ["hide"]
    assert (outcome["decision"], outcome["is_own"], outcome["told"]) == ("hide", False, "")
    assert (await client.delete(f"/api/v1/reviews/decisions/{decision}", headers=moderator)).status_code == 204
    assert (await client.get(f"/api/v1/topics/{topic.number}")).status_code == 200
    assert (await client.get(f"/api/v1/reviews/{item['id']}", headers=moderator)).status_code == 200
    again = {"name": "Spam", "text": "Please no."}
    changed = await client.put(f"/api/v1/canned-reasons/{reason['id']}", json=again, headers=admin)
    assert changed.json()["text"] == "Please no."
    await client.delete(f"/api/v1/canned-reasons/{reason['id']}", headers=admin)
    listed = (await client.get("/api/v1/canned-reasons", headers=moderator)).json()["items"]
    assert reason["id"] not in [one["id"] for one in listed]


async def test_hiding_and_warning_is_one_button_and_asks_for_a_reason(client: Client) -> None:
    author = await make_person()
    post = await make_reply(await make_topic(), author, body="Buy shoes.")
    await flag_by(1, post)
    item = await waiting_item(post)
    await client.sign_in(await make_person(Role.MODERATOR))
    wordless = await client.post_form(f"/moderation/items/{item}/decision", {"decision": "warn"})
    done = await client.post_form(f"/moderation/items/{item}/decision", {"decision": "warn", "told": "No selling."})
    assert "a warning says why" in wordless.text
    assert (wordless.status_code, done.status_code) == (422, 303)
    await client.sign_in(author)
    assert "No selling." in (await client.get("/me/standing")).text
