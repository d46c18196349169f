"""Timers of topics on pages and for programs."""

from collections.abc import Callable

from kb.core.policy import Role
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_topic
from tests.support.people_factories import make_key

NewClient = Callable[[], Client]


async def test_a_moderator_sets_and_cancels_a_timer_and_a_refusal_keeps_what_was_typed(new_client: NewClient) -> None:
    topic = await make_topic()
    client = await new_client().sign_in(await make_person(Role.MODERATOR))
    path = f"/t/{topic.number}/timer"
    assert path in (await client.get(topic.path)).text
    refused = await client.post_form(path, {"kind": "close_quiet", "quiet_days": "many", "reason": "Old."})
    assert refused.status_code == 422
    assert 'value="many"' in refused.text
    assert 'value="Old."' in refused.text
    await client.post_form(path, {"kind": "close", "due_at": "2028-05-04T12:30"})
    assert "Closes on 4 May 2028, 12:30" in (await new_client().get(topic.path)).text
    await client.post_form(f"{path}/removal", {"kind": "close"})
    assert "Closes on" not in (await client.get(topic.path)).text


async def test_programs_do_the_same(new_client: NewClient) -> None:
    topic, client = await make_topic(), new_client()
    key = {"authorization": f"Bearer {await make_key(await make_person(Role.MODERATOR))}"}
    path = f"/api/v1/topics/{topic.number}/timers/bump"
    answer = await client.put(path, json={"due_at": "2028-05-04T12:30:00Z"}, headers=key)
    assert [one["kind"] for one in answer.json()["timers"]] == ["bump"]
    assert (await client.put(path, json={}, headers=key)).json()["error"]["fields"].keys() == {"due_at"}
    assert (await client.delete(path, headers=key)).status_code == 204
