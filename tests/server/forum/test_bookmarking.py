"""Bookmarks on pages and for programs."""

from collections.abc import Callable

from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_topic
from tests.support.people_factories import make_key

NewClient = Callable[[], Client]


async def test_a_post_is_kept_annotated_and_removed_without_a_script(new_client: NewClient) -> None:
    topic = await make_topic(title="The export stops early")
    post = await make_reply(topic)
    client = await new_client().sign_in(await make_person())
    await client.get(topic.path)
    assert (await client.post_form(f"/posts/{post}/bookmark")).headers["location"] == f"/posts/{post}"
    page = (await client.get(topic.path)).text
    assert f'action="/posts/{post}/bookmark/removal"' in page
    assert f'href="/posts/{post}/bookmark"' in page
    form = (await client.get(f"/posts/{post}/bookmark")).text
    assert "The export stops early" in form
    refused = await client.post_form(
        f"/posts/{post}/bookmark/note", {"note": "on Monday", "when": "date", "day": "soon"}
    )
    assert refused.status_code == 422
    assert 'value="on Monday"' in refused.text
    assert "Choose a day." in refused.text
    await client.post_form(f"/posts/{post}/bookmark/note", {"note": "on Monday", "when": "week"})
    listed = (await client.get("/bookmarks?only=reminders")).text
    assert "on Monday" in listed
    assert "on Monday" not in (await client.get("/bookmarks?q=elsewhere")).text
    await client.post_form(f"/posts/{post}/bookmark/removal")
    assert "Nothing kept yet" in (await client.get("/bookmarks")).text


async def test_a_script_is_answered_with_the_button_in_its_new_state(new_client: NewClient) -> None:
    post = await make_reply(await make_topic())
    client = await new_client().sign_in(await make_person())
    await client.get("/")
    kept = await client.post_form(f"/posts/{post}/bookmark", hx_request="true")
    assert 'aria-pressed="true"' in kept.text
    assert "<html" not in kept.text


async def test_programs_keep_list_and_remove(new_client: NewClient) -> None:
    post = await make_reply(await make_topic())
    client, reader = new_client(), await make_person()
    key = {"authorization": f"Bearer {await make_key(reader)}"}
    kept = await client.put(
        f"/api/v1/posts/{post}/bookmark",
        json={"note": "later", "remind_at": "2999-01-01T00:00:00Z"},
        headers=key,
    )
    assert (kept.status_code, list(kept.json()["error"]["fields"])) == (422, ["remind_at"])
    kept = await client.put(f"/api/v1/posts/{post}/bookmark", json={"note": "later"}, headers=key)
    assert kept.json()["note"] == "later"
    listed = (await client.get("/api/v1/bookmarks", headers=key)).json()
    assert [one["post_id"] for one in listed["items"]] == [str(post)]
    assert (await client.delete(f"/api/v1/posts/{post}/bookmark", headers=key)).status_code == 204
    assert (await client.get("/api/v1/bookmarks", headers=key)).json()["items"] == []
