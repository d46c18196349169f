"""Polls on the page without scripts, in the preview, and for programs."""

import re

from kb.core.database import fetch_value
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_topic
from tests.support.people_factories import make_key

POLL = "Say it.\n\n:::poll Which <one>?\n- Red & hot\n- Green\n:::"


async def test_a_poll_is_voted_in_changed_and_taken_back_without_scripts(client: Client) -> None:
    topic = await make_topic(body=POLL)
    guest = (await client.get(topic.path)).text
    assert "Which &lt;one&gt;?" in guest
    assert "Red &amp; hot" in guest
    assert "Sign in to vote" in guest
    assert "/votes" not in guest
    await client.sign_in(await make_person())
    page = (await client.get(topic.path)).text
    action = re.search(r'action="(/polls/[^"]+/votes)"', page)
    first, second = re.findall(r'name="option"\s+value="([^"]+)"', page)
    assert action is not None
    empty = await client.post_form(action[1], {})
    assert empty.status_code == 303
    for option in (first, second):
        assert (await client.post_form(action[1], {"option": option})).status_code == 303
        page = (await client.get(topic.path)).text
        assert re.search(rf'value="{option}"\s+checked', page)
        assert "1 person voted" in page
    await client.post_form(f"{action[1]}/removal")
    assert "0 people voted" in (await client.get(topic.path)).text


async def test_the_preview_shows_the_poll_and_what_is_wrong_with_it(client: Client) -> None:
    await client.sign_in(await make_person())
    shown = (await client.post_form("/preview", {"text": POLL})).text
    assert "Red &amp; hot" in shown
    wrong = (await client.post_form("/preview", {"text": ":::poll Which?\n- a\n:::"})).text
    assert "2 to 20 options" in wrong
    in_ticket = (await client.post_form("/preview?names=no", {"text": POLL})).text
    assert ":::poll" in in_ticket


async def test_a_refused_poll_keeps_what_was_typed(client: Client) -> None:
    topic = await make_topic()
    await client.sign_in(await make_person())
    refused = await client.post_form(f"/t/{topic.number}/posts", {"body": ":::poll Which?\n- a\n:::"})
    assert refused.status_code == 422
    assert ":::poll Which?\n- a\n:::</textarea>" in refused.text
    assert "2 to 20 options" in refused.text


async def test_programs_read_polls_and_vote(client: Client) -> None:
    topic = await make_topic(body=POLL)
    headers = {"authorization": f"Bearer {await make_key(await make_person())}"}
    poll = (await client.get(f"/api/v1/topics/{topic.number}", headers=headers)).json()["question"]["poll"]
    chosen = poll["options"][1]["id"]
    url = f"/api/v1/polls/{poll['id']}/vote"
    assert (await client.put(url, json={"options": [chosen]}, headers=headers)).status_code == 204
    poll = (await client.get(f"/api/v1/topics/{topic.number}", headers=headers)).json()["question"]["poll"]
    assert [(option["votes"], option["is_mine"]) for option in poll["options"]] == [(0, False), (1, True)]
    both = [option["id"] for option in poll["options"]]
    assert (await client.put(url, json={"options": both}, headers=headers)).status_code == 422
    assert (await client.delete(url, headers=headers)).status_code == 204


async def test_programs_preview_a_text_with_its_poll_and_store_nothing(client: Client) -> None:
    headers = {"authorization": f"Bearer {await make_key(await make_person())}"}
    shown = (await client.post("/api/v1/preview", json={"body": POLL}, headers=headers)).json()
    assert shown["html"] == "<p>Say it.</p>\n"
    assert (shown["poll"]["options"], shown["poll"]["problem"]) == (["Red & hot", "Green"], "")
    assert await fetch_value("select count(*) from post") == 0
