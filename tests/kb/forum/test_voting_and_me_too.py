"""Votes and me-too: once a person, counted exactly."""

import asyncio
from uuid import UUID

import pytest

from kb.core.actor import ANONYMOUS
from kb.core.database import fetch_all, fetch_one, fetch_value
from kb.core.errors import Conflict, NotSignedIn
from kb.forum.me_too import say_me_too, withdraw_me_too
from kb.forum.voting import vote_for_post, withdraw_vote
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_topic


async def question_of(topic_id: UUID) -> UUID:
    post_id: UUID = await fetch_value("select id from post where topic_id = $1 and position = 1", topic_id)
    return post_id


async def test_votes_at_once_are_counted_exactly_on_post_and_topic(db: str) -> None:
    topic = await make_topic()
    question = await question_of(topic.id)
    people = [await make_person() for _ in range(10)]
    await asyncio.gather(*(vote_for_post(person, question) for person in people for _ in range(3)))
    await asyncio.gather(*(withdraw_vote(person, question) for person in people[:4] for _ in range(2)))
    row = await fetch_one(
        "select p.vote_count, t.vote_count, (select count(*) from post_vote) from post p join topic t on t.id = p.topic_id"
    )
    assert row is not None
    assert tuple(row) == (6, 6, 6)


async def test_votes_for_a_reply_leave_the_topic_alone_and_return_the_count(db: str) -> None:
    topic = await make_topic()
    reply = await make_reply(topic)
    person = await make_person()
    assert [await vote_for_post(person, reply), await vote_for_post(person, reply)] == [1, 1]
    assert [await withdraw_vote(person, reply), await withdraw_vote(person, reply)] == [0, 0]
    assert await fetch_value("select vote_count from topic") == 0


async def test_votes_mixed_with_replies_and_me_toos_do_not_stop_each_other(db: str) -> None:
    topic = await make_topic()
    question = await question_of(topic.id)
    people = [await make_person() for _ in range(6)]
    await asyncio.gather(
        *(vote_for_post(person, question) for person in people),
        *(make_reply(topic, person) for person in people),
        *(say_me_too(person, topic.id) for person in people),
    )
    row = await fetch_one("select vote_count, post_count, me_too_count from topic")
    assert row is not None
    assert tuple(row) == (6, 7, 6)


async def test_nobody_votes_for_their_own_post_or_without_signing_in(db: str) -> None:
    author = await make_person()
    reply = await make_reply(await make_topic(), author)
    with pytest.raises(Conflict):
        await vote_for_post(author, reply)
    with pytest.raises(NotSignedIn):
        await vote_for_post(ANONYMOUS, reply)


async def test_me_toos_at_once_are_counted_exactly_and_announced_once_each(db: str) -> None:
    topic = await make_topic()
    people = [await make_person() for _ in range(10)]
    await asyncio.gather(*(say_me_too(person, topic.id) for person in people for _ in range(3)))
    assert await fetch_value("select me_too_count from topic") == 10
    assert await fetch_value("select count(*) from outbox_message where name = 'MeTooSaid'") == 10
    await asyncio.gather(*(withdraw_me_too(person, topic.id) for person in people[:3] for _ in range(2)))
    row = await fetch_one("select me_too_count, (select count(*) from me_too) from topic")
    assert row is not None
    assert tuple(row) == (7, 7)


async def test_saying_me_too_follows_the_topic_and_taking_it_back_lets_go_unless_one_wrote_there(db: str) -> None:
    topic = await make_topic()
    reader, writer = await make_person(), await make_person()
    await make_reply(topic, writer)
    for person in (reader, writer):
        await say_me_too(person, topic.id)
    for person in (reader, writer):
        await withdraw_me_too(person, topic.id)
    followers = {row["person_id"] for row in await fetch_all("select person_id from topic_follower")}
    assert writer.person_id in followers
    assert reader.person_id not in followers


async def test_the_asker_is_counted_already(db: str) -> None:
    asker = await make_person()
    topic = await make_topic(asker)
    with pytest.raises(Conflict):
        await say_me_too(asker, topic.id)
