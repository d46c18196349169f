"""Splitting and merging through the pages and as programs."""

from kb.core.policy import Role
from tests.server.forum.test_api import key_of
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_topic


async def test_a_moderator_merges_and_takes_it_back_by_a_button_in_the_topic(client: Client) -> None:
    merged, target = await make_topic(title="The walrus report is empty"), await make_topic()
    await make_reply(merged)
    await client.sign_in(await make_person(Role.MODERATOR))
    form = (await client.get(f"/t/{merged.number}/merge?q={target.number}")).text
    assert f'value="{target.number}"' in form
    assert (await client.post_form(f"/t/{merged.number}/merge", {"into": ""})).status_code == 422
    await client.post_form(f"/t/{merged.number}/merge", {"into": str(target.number)})
    for old in (merged.path, f"/t/{merged.number}"):
        moved = await client.get(old)
        assert (moved.status_code, moved.headers["location"]) == (301, target.path)
    page = (await client.get(target.path)).text
    assert "2 posts of “The walrus report is empty” were merged in by" in page
    undo = page.partition('action="/topic-changes/')[2].partition('"')[0]
    client.cookies.clear()
    assert "/topic-changes/" not in (await client.get(target.path)).text
    assert (await client.get(merged.path)).status_code == 301
    await client.sign_in(await make_person(Role.MODERATOR))
    await client.post_form(f"/topic-changes/{undo}", {"back": target.path})
    assert (await client.get(merged.path)).status_code == 200
    again = await client.post_form(f"/topic-changes/{undo}", {"back": target.path})
    assert again.headers["location"] == target.path


async def test_a_moderator_splits_chosen_replies_and_a_refusal_keeps_the_choice(client: Client) -> None:
    topic = await make_topic()
    first, second = await make_reply(topic), await make_reply(topic)
    await client.sign_in(await make_person(Role.MODERATOR))
    refused = await client.post_form(f"/t/{topic.number}/split", {"title": "Short", "post": [str(second)]})
    assert refused.status_code == 422
    assert f'value="{second}" checked' in " ".join(refused.text.split())
    assert f'value="{first}" checked' not in " ".join(refused.text.split())
    made = await client.post_form(
        f"/t/{topic.number}/split", {"title": "Something else entirely", "post": [str(second)]}
    )
    page = (await client.get(made.headers["location"])).text
    assert "Split off from" in page
    assert "1 reply became" in (await client.get(topic.path)).text


async def test_programs_split_and_merge(client: Client) -> None:
    topic, target = await make_topic(), await make_topic()
    reply = await make_reply(topic)
    headers = await key_of(await make_person(Role.ADMIN), "topic:arrange", "topic:read")
    made = await client.post(
        f"/api/v1/topics/{topic.number}/split",
        json={"title": "Something else entirely", "posts": [str(reply)]},
        headers=headers,
    )
    assert made.status_code == 201
    number = made.json()["number"]
    merged = await client.post(f"/api/v1/topics/{number}/merge", json={"into": target.number}, headers=headers)
    assert merged.json()["number"] == target.number
    refused = await client.post(f"/api/v1/topics/{topic.number}/merge", json={"into": 999999}, headers=headers)
    assert set(refused.json()["error"]["fields"]) == {"into"}
