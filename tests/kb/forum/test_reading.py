"""Lists and pages of topics."""

from datetime import UTC, datetime, timedelta

import pytest

from kb.core.actor import ANONYMOUS
from kb.core.clock import clock_held_at
from kb.core.cursors import Cursor, read_cursor, write_cursor
from kb.core.database import execute, fetch_value
from kb.core.errors import Invalid, NotFound
from kb.core.ids import new_id
from kb.core.policy import Role
from kb.forum.accepting import accept_post
from kb.forum.me_too import say_me_too
from kb.forum.queries import get_topic_page, locate_post
from kb.forum.rules import POSTS_PER_PAGE
from kb.forum.topic_lists import TopicFilter, list_topics
from kb.forum.voting import vote_for_post
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_space, make_topic


async def test_pages_of_a_list_hold_every_topic_once_even_when_times_are_equal(db: str) -> None:
    with clock_held_at(datetime(2026, 3, 1, tzinfo=UTC)):
        made = {(await make_topic()).number for _ in range(7)}
    seen: list[int] = []
    cursor = ""
    while True:
        page = await list_topics(ANONYMOUS, TopicFilter(limit=3), cursor=cursor)
        seen += [topic.number for topic in page.topics]
        if not (cursor := page.next_cursor):
            break
    assert len(seen) == 7
    assert set(seen) == made


async def test_a_list_is_ordered_by_activity_and_filtered_by_space_and_state(db: str) -> None:
    start = datetime(2026, 3, 1, tzinfo=UTC)
    topics = []
    for hour, space in enumerate(["help", "ideas", "help"]):
        with clock_held_at(start + timedelta(hours=hour)):
            topics.append(await make_topic(space=space))
    with clock_held_at(start + timedelta(hours=9)):
        answer = await make_reply(topics[0])
    await accept_post(await make_person(Role.AGENT), answer)

    async def numbers(**wanted: str) -> list[int]:
        return [topic.number for topic in (await list_topics(ANONYMOUS, TopicFilter(**wanted))).topics]  # type: ignore[arg-type]

    first, second, third = (topic.number for topic in topics)
    assert await numbers() == [first, third, second]
    assert await numbers(space_slug="help") == [first, third]
    assert await numbers(only="solved") == [first]
    assert await numbers(only="unsolved") == [third, second]
    assert await numbers(space_slug="nowhere") == []


@pytest.mark.parametrize("word", ["x", "%%%", "AAAA", "é", "MjAyNi0wMS0wMVQwMDowMDowMHw0", "a" * 5000])
async def test_a_cursor_that_we_did_not_write_is_refused(db: str, word: str) -> None:
    with pytest.raises(Invalid):
        await list_topics(ANONYMOUS, TopicFilter(), cursor=word)


def test_a_cursor_survives_its_way_through_an_address() -> None:
    cursor = Cursor(datetime(2026, 3, 1, 12, 30, 0, 123456, tzinfo=UTC), new_id())
    assert read_cursor(write_cursor(cursor)) == cursor
    assert read_cursor("") is None


async def test_a_filter_or_a_limit_that_is_none_is_refused(db: str) -> None:
    for wanted in (TopicFilter(only="best"), TopicFilter(limit=0), TopicFilter(limit=101)):
        with pytest.raises(Invalid):
            await list_topics(ANONYMOUS, wanted)


async def test_the_accepted_answer_stands_first_however_late_it_came_and_long_topics_have_pages(db: str) -> None:
    agent = await make_person(Role.AGENT)
    topic = await make_topic(agent)
    replies = [await make_reply(topic, agent) for _ in range(POSTS_PER_PAGE + 6)]
    await accept_post(agent, replies[-3])
    first = await get_topic_page(ANONYMOUS, topic.number)
    second = await get_topic_page(ANONYMOUS, topic.number, after=first.next_after)
    assert first.chief is not None
    assert first.chief.id == replies[-3]
    assert second.accepted == first.accepted
    assert second.question == first.question
    shown = [post.id for post in first.replies + second.replies]
    assert shown == [reply for reply in replies if reply != replies[-3]]
    assert (len(first.replies), second.next_after) == (POSTS_PER_PAGE, 0)


async def test_a_posts_lasting_address_leads_to_the_page_that_shows_it(db: str) -> None:
    agent = await make_person(Role.AGENT)
    topic = await make_topic(agent)
    replies = [await make_reply(topic, agent) for _ in range(POSTS_PER_PAGE + 3)]
    for reply in (replies[0], replies[POSTS_PER_PAGE - 1], replies[POSTS_PER_PAGE], replies[-1]):
        place = await locate_post(ANONYMOUS, reply)
        page = await get_topic_page(ANONYMOUS, place.number, after=place.after)
        assert reply in {post.id for post in page.replies}


async def test_the_page_knows_what_its_reader_did(db: str) -> None:
    reader = await make_person()
    topic = await make_topic()
    await vote_for_post(reader, await fetch_value("select id from post"))
    await say_me_too(reader, topic.id)
    mine, theirs = await get_topic_page(reader, topic.number), await get_topic_page(await make_person(), topic.number)
    assert (mine.topic.said_me_too, mine.question.voted) == (True, True)
    assert (theirs.topic.said_me_too, theirs.question.voted) == (False, False)
    assert (theirs.topic.me_too, theirs.question.votes) == (1, 1)


@pytest.mark.parametrize("number", [0, -1, 10**30, 999])
async def test_a_number_without_a_topic_is_not_found(db: str, number: int) -> None:
    with pytest.raises(NotFound):
        await get_topic_page(ANONYMOUS, number)


async def test_lists_find_their_indexes(db: str) -> None:
    """With rows enough to make a plan matter, neither list sorts or scans all topics."""
    await make_space()
    author = (await make_topic()).id
    await execute(
        "insert into topic (id, space_id, author_id, title, slug, last_posted_at, created_at)"
        " select gen_random_uuid(), t.space_id, t.author_id, 'x', 'x', t.created_at - n * interval '1 minute', t.created_at"
        " from topic t, generate_series(1, 20000) n where t.id = $1",
        author,
    )
    # Both tables: what autovacuum noted of `space` during another test would make the planner expect no readable topic.
    await execute("analyze topic, space")
    for sql in (
        "select 1 from topic t join space s on s.id = t.space_id where s.visibility = any('{public}')"
        " and (t.hidden_at is null or false) order by t.last_posted_at desc, t.id desc limit 21",
        "select 1 from topic t where t.space_id = (select id from space where slug = 'help')"
        " and (t.hidden_at is null or false) order by t.last_posted_at desc, t.id desc limit 21",
    ):
        plan = await fetch_value(f"explain (format json) {sql}")
        assert "Index" in plan
        assert '"Sort"' not in plan
