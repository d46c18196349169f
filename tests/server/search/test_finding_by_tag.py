"""Tags in searches and feeds, and the choice how much to hear of one."""

from collections.abc import Awaitable, Callable

from kb.core.actor import SYSTEM
from kb.core.policy import Role
from kb.forum.arranging_tags import add_synonym
from kb.forum.asking import AskedTopic, NewTopic, ask_topic
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_space

Deliver = Callable[[], Awaitable[int]]


async def tagged(title: str, *tags: str, space: str = "help", visibility: str = "public") -> AskedTopic:
    await make_space(space, visibility=visibility)
    return await ask_topic(await make_person(Role.ADMIN), NewTopic(space, title, "It stops.", None, tags))


async def test_a_search_within_a_tag_or_its_synonym_finds_its_topics_alone(
    client: Client, deliver_all: Deliver
) -> None:
    await tagged("The export stops early", "export")
    await tagged("The import stops early", "import")
    await add_synonym(SYSTEM, "export", "download")
    await deliver_all()
    for query in ("stops tag:export", "stops tag:download", "tag:Export"):
        page = (await client.get("/search", params={"q": query})).text
        assert "The <mark>" in page or "The export" in page, query
        assert "import" not in page.split("<main")[1], query
    assert "tag: wants a tag&#39;s name" in (await client.get("/search", params={"q": "stops tag:"})).text


async def test_a_tags_feed_holds_what_everybody_may_read(client: Client) -> None:
    await tagged("The export stops early", "export")
    await tagged("The import stops early", "import")
    await tagged("A secret about exports", "export", space="secret", visibility="staff")
    await tagged("A secret takeover", "takeover", space="secret", visibility="staff")
    feed = await client.get("/tags/export/feed.atom")
    assert feed.headers["content-type"].startswith("application/atom+xml")
    assert "The export stops early" in feed.text
    assert "import" not in feed.text
    assert "secret" not in feed.text
    assert 'href="/tags/export/feed.atom"' in (await client.get("/tags/export")).text
    assert (await client.get("/tags/takeover/feed.atom")).status_code == 404


async def test_a_level_is_chosen_on_the_tags_page_and_listed_among_ones_choices(client: Client) -> None:
    await tagged("The export stops early", "export")
    assert "/tags/export/watch" not in (await client.get("/tags/export")).text
    await client.sign_in(await make_person())
    assert "/tags/export/watch" in (await client.get("/tags/export")).text
    assert (await client.post_form("/tags/export/watch", {"level": "watching"})).headers["location"] == "/tags/export"
    assert (await client.get("/api/v1/tags/export/watch")).json() == {"level": "watching", "chosen": "watching"}
    assert 'href="/tags/export"' in (await client.get("/me/notices")).text
    assert (await client.post_form("/tags/export/watch", {"level": "loud"})).status_code == 422
