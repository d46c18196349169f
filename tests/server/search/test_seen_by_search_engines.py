"""What a page tells search engines: one address, structured data that is valid, right statuses, and nothing private."""

from urllib.parse import urlsplit

import pytest

from kb.core.actor import SYSTEM
from kb.core.database import execute, fetch_one, fetch_value
from kb.core.policy import Role
from kb.forum.accepting import accept_post
from kb.forum.hiding import hide_topic
from kb.forum.rules import POSTS_PER_PAGE
from tests.support.answers_factories import make_published_article
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_space, make_topic
from tests.support.structured_data import read_head, read_things


def path_of(address: str | None) -> str:
    parts = urlsplit(address or "")
    assert parts.scheme
    return parts.path + (f"?{parts.query}" if parts.query else "")


async def test_a_topic_is_a_question_with_its_answers_and_its_place(client: Client) -> None:
    agent = await make_person(Role.AGENT)
    topic = await make_topic(title="Does </script><script>alert(1)</script> & <!-- break it?", body="It *stops*.")
    await make_reply(topic, body="Perhaps.")
    await accept_post(agent, await make_reply(topic, body="Raise the limit."))

    page = (await client.get(topic.path)).text
    things = read_things(page)

    question = things["QAPage"]["mainEntity"]
    assert question["name"] == "Does </script><script>alert(1)</script> & <!-- break it?"
    assert question["text"] == "It stops."
    assert question["answerCount"] == 2
    assert question["acceptedAnswer"]["text"] == "Raise the limit."
    assert [answer["text"] for answer in question["suggestedAnswer"]] == ["Perhaps."]
    assert [step["name"] for step in things["BreadcrumbList"]["itemListElement"]] == [
        "Home",
        "Help space",
        question["name"],
    ]
    assert "<script>alert" not in page


async def test_a_topic_without_an_answer_is_a_posting(client: Client) -> None:
    topic = await make_topic()

    assert set(read_things((await client.get(topic.path)).text)) == {"DiscussionForumPosting", "BreadcrumbList"}


async def test_an_article_says_what_it_is(client: Client) -> None:
    await make_published_article("How exports are limited")
    number = await fetch_value("select number from article")
    moved = await client.get(f"/kb/{number}")

    things = read_things((await client.get(moved.headers["location"])).text)

    assert moved.status_code == 301
    assert things["TechArticle"]["headline"] == "How exports are limited"
    assert set(things) == {"TechArticle", "BreadcrumbList"}


@pytest.mark.parametrize("visibility", ["members", "staff"])
async def test_what_not_everybody_may_read_is_described_to_nobody(client: Client, visibility: str) -> None:
    admin = await make_person(Role.ADMIN)
    await make_space("inner", visibility=visibility)
    topic = await make_topic(admin, space="inner")
    await client.sign_in(admin)

    head = read_head((await client.get(topic.path)).text)

    assert head.scripts == []
    assert head.link("alternate", type="application/atom+xml") is None


async def test_each_page_has_one_address_whatever_was_added_to_it(client: Client) -> None:
    topic = await make_topic()
    for _ in range(POSTS_PER_PAGE + 1):
        await make_reply(topic)

    for path, canonical in {
        "/?only=solved&utm_source=x": "/",
        "/s/help?utm_source=x": "/s/help",
        f"{topic.path}?utm_source=x": topic.path,
        f"{topic.path}?after=21&x=1": f"{topic.path}?after=21",
        "/kb?utm_source=x": "/kb",
    }.items():
        head = read_head((await client.get(path)).text)
        assert path_of(head.link("canonical")) == canonical
        assert path_of(head.metas["og:url"]) == canonical
        assert head.metas["og:title"]
        assert head.metas["og:description"] == head.metas["description"]


async def test_a_duplicate_points_to_its_original_and_describes_itself_to_nobody(client: Client) -> None:
    original, alias = await make_topic(), await make_topic()
    await make_reply(alias)
    await execute("update topic set duplicate_of = $2 where id = $1", alias.id, original.id)

    page = (await client.get(alias.path)).text

    assert path_of(read_head(page).link("canonical")) == original.path
    assert set(read_things(page)) == {"BreadcrumbList"}


async def test_further_pages_searches_and_empty_places_are_not_for_the_index(client: Client) -> None:
    await make_space("empty")
    quiet = await make_person(Role.MEMBER)
    for _ in range(32):
        await make_topic()
    older = read_links((await client.get("/")).text)

    for path in ("/search?q=export", "/s/empty", f"/people/{quiet.username}", older):
        head = read_head((await client.get(path)).text)
        assert head.metas["robots"].startswith("noindex"), path
    assert read_head((await client.get(older)).text).link("canonical") is None
    assert "robots" not in read_head((await client.get("/s/help")).text).metas


def read_links(page: str) -> str:
    return (
        page.split('rel="next"', maxsplit=1)[0]
        .rsplit('href="', maxsplit=1)[1]
        .split('"', maxsplit=1)[0]
        .replace("&amp;", "&")
    )


async def test_pages_lead_feed_readers_to_their_feeds(client: Client) -> None:
    topic = await make_topic()
    for path, feed in {
        "/": "/feed.atom",
        "/s/help": "/s/help/feed.atom",
        topic.path: f"/t/{topic.number}/feed.atom",
    }.items():
        found = read_head((await client.get(path)).text).link("alternate", type="application/atom+xml")
        assert found == feed
        assert (await client.get(feed)).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/t/{number}", "/t/{number}/{slug}", "/t/{number}/wrong", "/api/v1/topics/{number}", "/t/{number}/feed.atom"],
)
async def test_what_was_taken_away_is_gone_without_a_word_of_it(client: Client, path: str) -> None:
    topic = await make_topic(title="A canary sings of exports")
    await hide_topic(SYSTEM, topic.id)

    answer = await client.get(path.format(number=topic.number, slug="a-canary-sings-of-exports"))

    assert answer.status_code == 410
    assert "canary" not in answer.text.casefold().replace("a-canary-sings-of-exports", "")


async def test_what_was_taken_away_from_a_private_space_never_was(client: Client) -> None:
    admin = await make_person(Role.ADMIN)
    await make_space("inner", visibility="members")
    topic = await make_topic(admin, space="inner")
    await hide_topic(SYSTEM, topic.id)

    assert (await client.get(topic.path)).status_code == 404
    await client.sign_in(await make_person(Role.MEMBER))
    assert (await client.get(topic.path)).status_code == 404


async def test_an_old_or_mistyped_address_leads_to_the_present_one_for_good(client: Client) -> None:
    topic = await make_topic()
    row = await fetch_one("select number, slug from topic where id = $1", topic.id)
    assert row

    for path in (f"/t/{row['number']}", f"/t/{row['number']}/mistyped"):
        answer = await client.get(path)
        assert (answer.status_code, answer.headers["location"]) == (301, topic.path)
