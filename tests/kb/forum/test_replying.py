"""Replying and correcting."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from kb.core.clock import clock_held_at, now
from kb.core.database import fetch_all, fetch_one, fetch_value
from kb.core.errors import Invalid, NotAllowed, NotFound, TooMany
from kb.core.ids import new_id
from kb.core.policy import Role
from kb.forum.editing import edit_post, get_editable_post
from kb.forum.replying import reply_to_topic
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_topic


async def test_a_reply_stands_last_moves_its_topic_up_and_is_announced(db: str) -> None:
    topic, author = await make_topic(), await make_person()
    later = now() + timedelta(hours=1)
    with clock_held_at(later):
        post_id = await make_reply(topic, author)
    row = await fetch_one("select post_count, last_posted_at, last_poster_id from topic where id = $1", topic.id)
    assert row is not None
    assert tuple(row) == (2, later, author.person_id)
    assert await fetch_value("select position from post where id = $1", post_id) == 2
    names = [row["name"] for row in await fetch_all("select name from outbox_message order by id")]
    assert names == ["TopicAsked", "PostWritten"]
    assert await fetch_value("select count(*) from topic_follower where topic_id = $1", topic.id) == 2


async def test_an_empty_reply_and_a_reply_to_nothing_are_refused(db: str) -> None:
    topic = await make_topic()
    with pytest.raises(Invalid):
        await reply_to_topic(await make_person(), topic.id, " \n")
    with pytest.raises(NotFound):
        await reply_to_topic(await make_person(), new_id(), "Try this.")


async def test_replies_at_once_get_a_place_each(db: str) -> None:
    topic = await make_topic()
    people = [await make_person() for _ in range(8)]
    await asyncio.gather(*(reply_to_topic(person, topic.id, "Same words.") for person in people))
    rows = await fetch_all("select position from post where topic_id = $1 order by position", topic.id)
    assert [row["position"] for row in rows] == list(range(1, 10))
    assert await fetch_value("select post_count from topic") == 9


async def test_a_reply_sent_twice_is_one(db: str) -> None:
    topic, author = await make_topic(), await make_person()
    first, second = await asyncio.gather(*(reply_to_topic(author, topic.id, "Try this.") for _ in range(2)))
    assert first == second
    assert await fetch_value("select post_count from topic") == 2


async def test_a_reply_a_minute_is_the_pace(db: str) -> None:
    topic, author = await make_topic(), await make_person()
    with clock_held_at(datetime(2026, 3, 1, tzinfo=UTC)):
        for _ in range(60):
            await make_reply(topic, author)
        with pytest.raises(TooMany):
            await make_reply(topic, author)


async def test_the_author_corrects_a_question_and_its_title(db: str) -> None:
    asker = await make_person()
    topic = await make_topic(asker, title="The exprot stops early")
    first = await fetch_value("select id from post where topic_id = $1", topic.id)
    assert (await get_editable_post(asker, first)).title == "The exprot stops early"
    await edit_post(asker, first, "Now *better*.", title="The export stops early")
    row = await fetch_one(
        "select t.title, t.slug, t.excerpt, p.edited_at from topic t join post p on p.topic_id = t.id"
    )
    assert row is not None
    assert (row["title"], row["slug"], row["excerpt"]) == (
        "The export stops early",
        "the-export-stops-early",
        "Now better.",
    )
    assert row["edited_at"] is not None
    assert await fetch_value("select count(*) from outbox_message where name = 'PostEdited'") == 1


@pytest.mark.parametrize("role", [Role.MEMBER, Role.AGENT, Role.MODERATOR, Role.ADMIN])
async def test_nobody_but_the_author_edits(db: str, role: Role) -> None:
    topic = await make_topic()
    post_id = await make_reply(topic)
    other = await make_person(role)
    with pytest.raises(NotAllowed):
        await edit_post(other, post_id, "My words in your mouth.")
    with pytest.raises(NotAllowed):
        await get_editable_post(other, post_id)
