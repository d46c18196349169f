"""Posts in another language than the page's say so, to eyes and to readers of the screen."""

from kb.core.policy import Role
from tests.kb.forum.test_language_of_posts import ARABIC, ENGLISH, GERMAN
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_topic


async def test_a_post_in_another_language_bears_its_code_direction_and_name(client: Client) -> None:
    agent = await make_person(Role.AGENT)
    topic = await make_topic(agent, body=GERMAN)
    await make_reply(topic, agent, body=ENGLISH)
    await make_reply(topic, agent, body=ARABIC)

    in_english = (await client.get(topic.path)).text
    in_german = (await client.get(topic.path, headers={"accept-language": "de"})).text

    assert '<div class="prose" lang="de" dir="ltr"><p>Der Export' in in_english
    assert '<div class="prose" lang="ar" dir="rtl">' in in_english
    assert "in German" in in_english
    assert "in English" not in in_english
    assert '<div class="prose" lang="en"' not in in_english
    assert '<div class="prose" lang="en" dir="ltr"><p>The export' in in_german
    assert "Englisch" in in_german
    assert '<div class="prose" lang="de"' not in in_german


async def test_programs_are_told_the_language(client: Client) -> None:
    topic = await make_topic(body=GERMAN)
    told = (await client.get(f"/api/v1/topics/{topic.number}")).json()
    assert told["question"]["language"] == "de"
