"""The history of a post, on its page and for programs."""

from kb.core.policy import Role
from kb.forum.editing import edit_post
from kb.forum.versions import get_history
from tests.server.forum.test_api import key_of
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_topic
from tests.support.statements import statements_run


async def test_edited_leads_to_what_the_post_said_before(client: Client) -> None:
    author = await make_person()
    topic = await make_topic()
    reply = await make_reply(topic, author, body="Raise the limit.")
    await client.sign_in(author)
    await client.post_form(f"/posts/{reply}/edit", {"body": "Raise the limit to 500.", "reason": "the figure"})
    assert f'href="/posts/{reply}/history"' in (await client.get(topic.path)).text
    with statements_run() as statements:
        page = await client.get(f"/posts/{reply}/history")
    assert len(statements) <= 5
    assert "the figure" in page.text
    assert "<mark> to 500</mark>" in page.text
    assert "Hide this version" not in page.text
    assert (await client.get(f"/posts/{reply}/history?version=nonsense")).status_code == 404


async def test_a_refused_edit_keeps_its_reason(client: Client) -> None:
    author = await make_person()
    reply = await make_reply(await make_topic(), author)
    await client.sign_in(author)
    refused = await client.post_form(f"/posts/{reply}/edit", {"body": "", "reason": "a kept reason"})
    assert refused.status_code == 422
    assert 'value="a kept reason"' in refused.text


async def test_versions_are_brought_back_and_hidden_by_buttons(client: Client) -> None:
    author = await make_person()
    topic = await make_topic()
    reply = await make_reply(topic, author, body="Raise the limit.")
    await edit_post(author, reply, "gone")
    first = (await get_history(author, reply)).versions[1].id
    await client.sign_in(author)
    assert "Bring this version back" in (await client.get(f"/posts/{reply}/history?version={first}")).text
    back = await client.post_form(f"/post-versions/{first}/reversion")
    assert (back.status_code, back.headers["location"]) == (303, f"/posts/{reply}")
    assert "Raise the limit." in (await client.get(topic.path)).text
    await client.sign_in(await make_person(Role.MODERATOR))
    await client.post_form(f"/post-versions/{first}/hiding")
    client.cookies.clear()
    assert (await client.get(f"/posts/{reply}/history?version={first}")).status_code == 404


async def test_a_program_edits_and_reads_versions(client: Client) -> None:
    author = await make_person(Role.MODERATOR)
    reply = await make_reply(await make_topic(), author, body="Raise the limit.")
    headers = await key_of(author, "topic:read", "post:write", "topic:hide")
    edited = await client.put(f"/api/v1/posts/{reply}", json={"body": "Better.", "reason": "shorter"}, headers=headers)
    assert edited.status_code == 204
    versions = (await client.get(f"/api/v1/posts/{reply}/versions")).json()["items"]
    assert [v["reason"] for v in versions] == ["shorter", ""]
    first = versions[1]["id"]
    told = (await client.get(f"/api/v1/posts/{reply}/versions/{first}")).json()
    assert told["body"] == "Raise the limit."
    assert (await client.put(f"/api/v1/post-versions/{first}/hiding", headers=headers)).status_code == 204
    assert (await client.get(f"/api/v1/posts/{reply}/versions/{first}")).status_code == 404
    assert (await client.delete(f"/api/v1/post-versions/{first}/hiding", headers=headers)).status_code == 204
    assert (await client.put(f"/api/v1/post-versions/{first}/reversion", headers=headers)).status_code == 204
    assert (await client.get(f"/api/v1/posts/{reply}/versions")).json()["items"][0]["reason"]
