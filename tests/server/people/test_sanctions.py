"""The pages of moderation: what a moderator does, what the person sees, and the same for programs."""

from kb.core.database import fetch_value
from kb.core.policy import Role
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_space, make_topic
from tests.support.people_factories import make_key
from tests.support.statements import statements_run

REASON = "Please do not post the same question in five topics."


async def test_a_moderator_warns_and_the_person_acknowledges_before_writing_again(client: Client) -> None:
    moderator, ines = await make_person(Role.MODERATOR), await make_person(name="Ines Duarte")
    topic = await make_topic()
    await client.sign_in(moderator)
    base = f"/people/{ines.person_id}/sanctions"
    assert (await client.get(base)).status_code == 200
    assert (await client.post_form(base, {"kind": "warning", "reason": REASON, "span": ""})).status_code == 303
    await client.sign_in(ines)
    with statements_run() as statements:
        page = await client.get(topic.path)
    assert "have a word for you" in page.text
    assert len(statements) <= 5
    refused = await client.post_form(f"/t/{topic.number}/posts", {"body": "Try *this*."})
    assert refused.status_code == 422
    assert "Try *this*." in refused.text
    standing = await client.get("/me/standing")
    assert REASON in standing.text
    sanction_id = await fetch_value("select id from sanction")
    assert (await client.post_form(f"/me/standing/{sanction_id}/acknowledgement")).status_code == 303
    assert (await client.post_form(f"/t/{topic.number}/posts", {"body": "Try *this*."})).status_code == 303


async def test_a_silenced_question_comes_back_in_its_form_and_waits_among_the_drafts(client: Client) -> None:
    moderator, ines = await make_person(Role.MODERATOR), await make_person()
    await make_space()
    await client.sign_in(moderator)
    sent = {"kind": "silence", "reason": REASON, "span": "7"}
    assert (await client.post_form(f"/people/{ines.person_id}/sanctions", sent)).status_code == 303
    await client.sign_in(ines)
    assert (await client.get("/ask")).status_code == 200
    asked = {"title": "The export stops early", "space": "help", "body": "At 100 rows."}
    refused = await client.post_form("/ask", asked)
    assert refused.status_code == 422
    assert "silenced you until" in refused.text
    assert "At 100 rows." in refused.text
    assert "A new question" in (await client.get("/me/drafts")).text


async def test_a_refused_sanction_keeps_what_was_typed(client: Client) -> None:
    moderator, ines = await make_person(Role.MODERATOR), await make_person()
    await client.sign_in(moderator)
    answer = await client.post_form(
        f"/people/{ines.person_id}/sanctions", {"kind": "silence", "reason": REASON, "span": ""}
    )
    assert answer.status_code == 422
    assert REASON in answer.text
    assert "Choose until when." in answer.text
    for wrong in ({"kind": "exile", "reason": REASON, "span": "7"}, {"kind": "silence", "reason": REASON, "span": "8"}):
        assert (await client.post_form(f"/people/{ines.person_id}/sanctions", wrong)).status_code == 422


async def test_taking_back_stays_in_the_list(client: Client) -> None:
    moderator, ines = await make_person(Role.MODERATOR), await make_person()
    await client.sign_in(moderator)
    base = f"/people/{ines.person_id}/sanctions"
    await client.post_form(base, {"kind": "suspension", "reason": REASON, "span": "30"})
    sanction_id = await fetch_value("select id from sanction")
    assert (await client.post_form(f"/sanctions/{sanction_id}/removal")).status_code == 303
    page = await client.get(base)
    assert "taken back by" in page.text
    assert REASON in page.text


async def test_programs_do_the_same(client: Client) -> None:
    moderator, ines = await make_person(Role.MODERATOR), await make_person()
    headers = {"authorization": f"Bearer {await make_key(moderator)}"}
    path = f"/api/v1/people/{ines.person_id}/sanctions"
    made = await client.post(path, json={"kind": "warning", "reason": REASON}, headers=headers)
    assert made.status_code == 201
    (line,) = (await client.get(path, headers=headers)).json()["items"]
    assert (line["kind"], line["reason"], line["id"]) == ("warning", REASON, made.json()["id"])
    own = {"authorization": f"Bearer {await make_key(ines)}"}
    assert len((await client.get("/api/v1/me/sanctions", headers=own)).json()["items"]) == 1
    read = await client.post(f"/api/v1/me/sanctions/{line['id']}/acknowledgement", headers=own)
    assert read.status_code == 204
    assert (await client.delete(f"/api/v1/sanctions/{line['id']}", headers=headers)).status_code == 204
    assert (await client.get("/api/v1/me/sanctions", headers=own)).json()["items"] == []
