"""How far somebody has read."""

import asyncio

import pytest

from kb.core.actor import ANONYMOUS, Actor
from kb.core.database import fetch_value
from kb.core.errors import NotFound, NotSignedIn
from kb.core.policy import Role
from kb.forum.hiding import hide_post
from kb.forum.queries import TopicHead, get_topic_page
from kb.forum.reading import mark_all_read, note_read, take_back_all_read
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_space, make_topic
from tests.support.statements import statements_run


async def head(actor: Actor, number: int) -> TopicHead:
    return (await get_topic_page(actor, number)).topic


async def test_what_came_after_the_last_post_seen_is_unread_and_ones_own_is_not(db: str) -> None:
    reader, topic = await make_person(), await make_topic()
    await make_reply(topic)
    assert (await head(reader, topic.number)).unread == 0, "who was never here has not left off anywhere"
    await note_read(reader, topic.number, 2)
    third = await make_reply(topic)
    await make_reply(topic, reader)
    hidden = await make_reply(topic)
    await hide_post(await make_person(Role.MODERATOR), hidden)
    found = await head(reader, topic.number)
    assert (found.read_position, found.unread, found.unread_id) == (2, 1, third)
    assert (await head(await make_person(), topic.number)).unread == 0
    assert (await head(ANONYMOUS, topic.number)).read_position == 0


async def test_a_position_never_goes_back_nor_beyond_the_last_post(db: str) -> None:
    reader, topic = await make_person(), await make_topic()
    for _ in range(3):
        await make_reply(topic)
    reached = await asyncio.gather(*(note_read(reader, topic.number, position) for position in (3, 1, 2, -5)))
    assert max(reached) == 3
    assert await note_read(reader, topic.number, 1) == 3
    assert await note_read(reader, topic.number, 2**40) == 4
    assert await fetch_value("select count(*) from read_position") == 1


async def test_noting_costs_one_statement_beside_its_transaction(db: str) -> None:
    reader, topic = await make_person(), await make_topic()
    with statements_run() as statements:
        await note_read(reader, topic.number, 1)
    assert len([sql for sql in statements if "read_position" in sql]) == 1
    assert len(statements) <= 3


async def test_what_may_not_be_read_has_no_position(db: str) -> None:
    await make_space("secret", visibility="staff")
    topic = await make_topic(space="secret")
    for number in (topic.number, 999_999, 2**70):
        with pytest.raises(NotFound):
            await note_read(await make_person(), number, 1)
    with pytest.raises(NotSignedIn):
        await note_read(ANONYMOUS, topic.number, 1)
    assert await fetch_value("select count(*) from read_position") == 0


async def test_all_marked_as_read_can_be_taken_back_once(db: str) -> None:
    reader, topic = await make_person(), await make_topic()
    await note_read(reader, topic.number, 1)
    await make_reply(topic)
    await mark_all_read(reader)
    assert (await head(reader, topic.number)).unread == 0
    await make_reply(topic)
    assert (await head(reader, topic.number)).unread == 1
    await mark_all_read(reader)
    await take_back_all_read(reader)
    await take_back_all_read(reader)
    assert (await head(reader, topic.number)).unread == 1, "the first marking still holds"
