"""Putting a title right on pages and for programs."""

from kb.core.trust import Trust
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_topic
from tests.support.people_factories import make_key

RIGHT = "The CSV export stops after a hundred rows"


async def test_a_trusted_member_finds_the_way_and_a_refusal_keeps_what_was_typed(client: Client) -> None:
    topic = await make_topic(title="It does not work!!")
    await client.sign_in(await make_person())
    assert "Change title" not in (await client.get(topic.path)).text
    await client.sign_in(await make_person(trust=Trust.TRUSTED))
    assert f"/t/{topic.number}/title/edit" in (await client.get(topic.path)).text
    assert "It does not work!!" in (await client.get(f"/t/{topic.number}/title/edit")).text
    refused = await client.post_form(f"/t/{topic.number}/title", {"title": "CSV", "reason": "So that it is found."})
    assert refused.status_code == 422
    assert "So that it is found." in refused.text
    changed = await client.post_form(f"/t/{topic.number}/title", {"title": RIGHT})
    assert changed.status_code == 303
    assert RIGHT in (await client.get(changed.headers["location"])).text


async def test_programs_do_the_same(client: Client) -> None:
    topic = await make_topic()
    headers = {"authorization": f"Bearer {await make_key(await make_person(trust=Trust.TRUSTED))}"}
    answer = await client.put(f"/api/v1/topics/{topic.number}/title", json={"title": RIGHT}, headers=headers)
    assert (answer.status_code, answer.json()["title"]) == (200, RIGHT)
    plain = {"authorization": f"Bearer {await make_key(await make_person())}"}
    again = await client.put(f"/api/v1/topics/{topic.number}/title", json={"title": RIGHT}, headers=plain)
    assert again.status_code == 403
