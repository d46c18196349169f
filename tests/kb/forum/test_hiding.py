"""Hiding and showing again."""

from datetime import timedelta

import pytest

from kb.core.clock import clock_held_at, now
from kb.core.database import fetch_all, fetch_one, fetch_value
from kb.core.errors import Conflict, NotAllowed, NotFound
from kb.core.policy import Role
from kb.forum.accepting import accept_post
from kb.forum.hiding import hide_post, hide_topic, restore_post, restore_topic
from kb.forum.queries import get_topic_page
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_topic


async def test_a_hidden_topic_leaves_the_counts_and_comes_back_into_them(db: str) -> None:
    moderator = await make_person(Role.MODERATOR)
    topic = await make_topic()
    await accept_post(moderator, await make_reply(topic))
    await hide_topic(moderator, topic.id)
    await hide_topic(moderator, topic.id)
    assert tuple(await fetch_one("select topic_count, solved_count from space") or ()) == (0, 0)
    await restore_topic(moderator, topic.id)
    await restore_topic(moderator, topic.id)
    assert tuple(await fetch_one("select topic_count, solved_count from space") or ()) == (1, 1)
    names = [
        row["name"] for row in await fetch_all("select name from outbox_message where name like 'Topic%' order by id")
    ]
    assert names == ["TopicAsked", "TopicHidden", "TopicRestored"]


async def test_accepting_in_a_hidden_topic_counts_when_it_is_shown_again(db: str) -> None:
    moderator = await make_person(Role.MODERATOR)
    topic = await make_topic()
    answer = await make_reply(topic)
    await hide_topic(moderator, topic.id)
    await accept_post(moderator, answer)
    assert await fetch_value("select solved_count from space") == 0
    await restore_topic(moderator, topic.id)
    assert await fetch_value("select solved_count from space") == 1


@pytest.mark.parametrize("role", [Role.MEMBER, Role.AGENT, Role.PRODUCT_MANAGER])
async def test_only_moderators_and_admins_hide(db: str, role: Role) -> None:
    topic = await make_topic()
    with pytest.raises(NotAllowed):
        await hide_topic(await make_person(role), topic.id)


async def test_a_hidden_reply_is_gone_from_page_count_and_last_activity(db: str) -> None:
    moderator, reader = await make_person(Role.MODERATOR), await make_person()
    start = now()
    topic = await make_topic()
    with clock_held_at(start + timedelta(hours=1)):
        first = await make_reply(topic)
    with clock_held_at(start + timedelta(hours=2)):
        second = await make_reply(topic, body="Secret words")
    await hide_post(moderator, second)
    page = await get_topic_page(reader, topic.number)
    assert [post.id for post in page.replies] == [first]
    assert (page.topic.replies, page.topic.last_posted_at) == (1, start + timedelta(hours=1))
    assert [post.is_hidden for post in (await get_topic_page(moderator, topic.number)).replies] == [False, True]
    with pytest.raises(NotFound):
        await accept_post(await make_person(Role.AGENT), second)
    await restore_post(moderator, second)
    assert (await get_topic_page(reader, topic.number)).topic.replies == 2


async def test_a_reply_after_a_hidden_one_still_gets_its_own_place(db: str) -> None:
    moderator = await make_person(Role.MODERATOR)
    topic = await make_topic()
    await hide_post(moderator, await make_reply(topic))
    await make_reply(topic)
    assert await fetch_value("select max(position) from post") == 3


async def test_the_question_is_hidden_with_its_topic_only(db: str) -> None:
    moderator = await make_person(Role.MODERATOR)
    await make_topic()
    with pytest.raises(Conflict):
        await hide_post(moderator, await fetch_value("select id from post"))
