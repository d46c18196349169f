"""The accepted answer."""

import asyncio
from uuid import UUID

import pytest

from kb.core.actor import ANONYMOUS, Actor
from kb.core.database import fetch_all, fetch_one, fetch_value
from kb.core.errors import Conflict, NotAllowed, NotSignedIn
from kb.core.policy import Role
from kb.forum.accepting import accept_post, unaccept_post
from kb.forum.hiding import hide_post
from kb.forum.rules import ACCEPTED_MOST
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_topic


async def chief() -> UUID | None:
    found: UUID | None = await fetch_value("select accepted_post_id from topic")
    return found


async def messages() -> list[str]:
    rows = await fetch_all("select name from outbox_message where name like 'Post%ccepted' order by id")
    return [row["name"] for row in rows]


async def test_the_asker_accepts_once_and_takes_it_back(db: str) -> None:
    asker = await make_person()
    topic = await make_topic(asker)
    answer = await make_reply(topic)
    await accept_post(asker, answer)
    await accept_post(asker, answer)
    assert await fetch_value("select accepted_post_id from topic") == answer
    assert await fetch_value("select solved_count from space") == 1
    await unaccept_post(asker, answer)
    await unaccept_post(asker, answer)
    assert await fetch_value("select accepted_post_id from topic") is None
    assert await fetch_value("select solved_count from space") == 0
    assert await fetch_value("select count(*) from post where accepted_at is not null") == 0
    assert await messages() == ["PostAccepted", "PostUnaccepted"]


async def test_of_several_accepted_answers_the_first_is_the_chief_and_the_next_follows_it(db: str) -> None:
    asker = await make_person()
    topic = await make_topic(asker)
    first, second, third = [await make_reply(topic) for _ in range(3)]
    for answer in (third, first, second):
        await accept_post(asker, answer)
    assert await chief() == third
    assert await fetch_value("select solved_count from space") == 1
    await unaccept_post(asker, first)
    assert await chief() == third
    await unaccept_post(asker, third)
    assert await chief() == second
    assert await fetch_value("select solved_count from space") == 1
    await hide_post(await make_person(Role.MODERATOR), second)
    assert await chief() is None
    assert await fetch_value("select solved_count from space") == 0
    assert await messages() == ["PostAccepted"] * 3 + ["PostUnaccepted"] * 3


async def test_more_accepted_answers_than_anybody_reads_are_refused(db: str) -> None:
    asker = await make_person()
    topic = await make_topic(asker)
    for _ in range(ACCEPTED_MOST):
        await accept_post(asker, await make_reply(topic))
    with pytest.raises(Conflict, match="Take one back first"):
        await accept_post(asker, await make_reply(topic))


async def test_acceptances_at_once_count_the_topic_as_solved_once(db: str) -> None:
    asker = await make_person()
    topic = await make_topic(asker)
    answers = [await make_reply(topic) for _ in range(5)]
    await asyncio.gather(*(accept_post(asker, answer) for answer in answers))
    row = await fetch_one(
        "select (select count(*) from post where accepted_at is not null), (select solved_count from space)"
    )
    assert row is not None
    assert tuple(row) == (5, 1)
    await asyncio.gather(*(unaccept_post(asker, answer) for answer in answers))
    assert await chief() is None
    assert await fetch_value("select solved_count from space") == 0


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.MEMBER, False),
        (Role.AGENT, True),
        (Role.PRODUCT_MANAGER, True),
        (Role.MODERATOR, True),
        (Role.ADMIN, True),
    ],
)
async def test_of_others_only_staff_accept(db: str, role: Role, allowed: bool) -> None:
    topic = await make_topic(await make_person())
    answer = await make_reply(topic)
    other = await make_person(role)
    if allowed:
        await accept_post(other, answer)
        assert await fetch_value("select accepted_post_id from topic") == answer
    else:
        with pytest.raises(NotAllowed):
            await accept_post(other, answer)
        with pytest.raises(NotAllowed):
            await unaccept_post(other, answer)


async def test_the_author_of_the_answer_does_not_accept_it(db: str) -> None:
    author = await make_person()
    answer = await make_reply(await make_topic(await make_person()), author)
    with pytest.raises(NotAllowed):
        await accept_post(author, answer)


async def test_nobody_and_a_narrow_key_do_not_accept(db: str) -> None:
    asker = await make_person()
    answer = await make_reply(await make_topic(asker))
    narrow = Actor(role=Role.MEMBER, person_id=asker.person_id, scopes=frozenset({"topic:read", "post:write"}))
    with pytest.raises(NotSignedIn):
        await accept_post(ANONYMOUS, answer)
    with pytest.raises(NotAllowed):
        await accept_post(narrow, answer)


async def test_neither_the_question_nor_a_hidden_reply_is_an_answer(db: str) -> None:
    agent = await make_person(Role.ADMIN)
    topic = await make_topic(agent)
    answer = await make_reply(topic)
    with pytest.raises(Conflict):
        await accept_post(agent, await fetch_value("select id from post where position = 1"))
    await hide_post(agent, answer)
    with pytest.raises(Conflict):
        await accept_post(agent, answer)


async def test_hiding_the_accepted_answer_opens_the_topic(db: str) -> None:
    admin = await make_person(Role.ADMIN)
    topic = await make_topic(admin)
    answer = await make_reply(topic)
    await accept_post(admin, answer)
    await hide_post(admin, answer)
    assert await fetch_value("select accepted_post_id from topic") is None
    assert await fetch_value("select solved_count from space") == 0
    assert await messages() == ["PostAccepted", "PostUnaccepted"]
