"""Ticking topics in a space's list and doing one thing with all of them."""

from kb.core.database import fetch_value
from kb.core.policy import Role
from tests.server.forum.test_api import key_of
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_space, make_topic
from tests.support.statements import statements_run


async def test_a_moderator_ticks_topics_moves_them_and_takes_it_back(client: Client) -> None:
    await make_space("billing")
    topics = [await make_topic() for _ in range(3)]
    await client.sign_in(await make_person())
    assert "data-choose" not in (await client.get("/s/help")).text
    await client.sign_in(await make_person(Role.MODERATOR))
    with statements_run() as statements:
        page = (await client.get("/s/help")).text
    assert len(statements) <= 5
    assert page.count("data-choose ") == 3
    sent = {
        "topic": [str(topic.number) for topic in topics[:2]],
        "action": "move",
        "space": "billing",
        "back": "/s/help",
    }
    done = await client.post_form("/topics/arranging", sent)
    result = (await client.get(done.headers["location"])).text
    assert "2 topics: moved." in result
    assert await fetch_value("select topic_count from space where slug = 'billing'") == 2
    undo = done.headers["location"].partition("?")[0] + "/removal"
    back = await client.post_form(undo, {"back": "/s/help"})
    assert back.headers["location"] == "/s/help"
    assert await fetch_value("select topic_count from space where slug = 'help'") == 3


async def test_a_refusal_keeps_what_was_ticked_and_typed(client: Client) -> None:
    topic = await make_topic()
    await client.sign_in(await make_person(Role.MODERATOR))
    sent = {"topic": [str(topic.number)], "action": "tag", "words": "a,b,c,d,e,f", "back": "https://elsewhere.example"}
    refused = await client.post_form("/topics/arranging", sent)
    assert refused.status_code == 422
    assert f'name="topic" value="{topic.number}"' in " ".join(refused.text.split())
    assert 'value="a,b,c,d,e,f"' in refused.text
    assert "elsewhere" not in refused.text


async def test_programs_do_the_same(client: Client) -> None:
    topic = await make_topic()
    headers = await key_of(await make_person(Role.ADMIN), "topic:arrange", "topic:hide")
    done = await client.post(
        "/api/v1/topic-batches", json={"topics": [topic.number], "action": "hide"}, headers=headers
    )
    assert (done.status_code, done.json()["changed"]) == (201, 1)
    undone = await client.delete(f"/api/v1/topic-batches/{done.json()['id']}", headers=headers)
    assert undone.json()["undone"] is True
    assert await fetch_value("select hidden_at is null from topic")
