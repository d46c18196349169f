"""Splitting and merging: posts go along with all that hangs on them, nobody is lost or told twice, and taking it back is exact."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.core.actor import Actor
from kb.core.clock import clock_held_at
from kb.core.database import fetch_all, fetch_one, fetch_value
from kb.core.errors import Conflict, Invalid, KbError, NotAllowed, NotFound
from kb.core.policy import Role
from kb.forum.accepting import accept_post
from kb.forum.access import find_merged_path
from kb.forum.asking import AskedTopic
from kb.forum.combining import merge_topic
from kb.forum.me_too import say_me_too
from kb.forum.merging import list_followers
from kb.forum.queries import get_topic_page, locate_post
from kb.forum.replying import reply_to_topic
from kb.forum.splitting import split_topic
from kb.forum.taking_back import take_back_change
from kb.forum.topic_lists import TopicFilter, list_topics
from kb.forum.voting import vote_for_post
from tests.kb.clusters.test_duplicates import everything
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_space, make_topic

START = datetime(2026, 3, 1, tzinfo=UTC)
Deliver = Callable[[], Awaitable[int]]


async def test_posts_of_both_stand_in_the_order_of_their_time_below_the_question(db: str) -> None:
    moderator, asker = await make_person(Role.MODERATOR), await make_person()
    with clock_held_at(START):
        merged = await make_topic(asker, body="older question")
    with clock_held_at(START + timedelta(hours=1)):
        target = await make_topic(moderator, body="newer question")
    for hour, topic in ((2, merged), (3, target), (4, merged), (5, target)):
        with clock_held_at(START + timedelta(hours=hour)):
            await reply_to_topic(moderator, topic.id, f"reply of hour {hour}")
    await merge_topic(moderator, merged.id, into=target.id)

    page = await get_topic_page(asker, target.number)
    told = [post.source for post in page.posts]
    assert told == ["newer question", "older question", *[f"reply of hour {hour}" for hour in (2, 3, 4, 5)]]
    assert page.topic.replies == 5
    assert page.topic.me_too == 1
    assert asker.person_id in await list_followers(target.id)
    assert await find_merged_path(asker, merged.number) == target.path
    assert [one.number for one in (await list_topics(moderator, TopicFilter())).topics] == [target.number]
    with pytest.raises(NotFound):
        await reply_to_topic(asker, merged.id, "Too late")
    assert (await fetch_value("select topic_count from space")) == 1
    assert [(e.kind, e.posts) for e in page.events] == [("merged_in", 3)]


async def test_a_merge_taken_back_leaves_what_was_written_since_where_it_was_written(db: str) -> None:
    moderator, asker = await make_person(Role.MODERATOR), await make_person()
    merged, target = await make_topic(asker), await make_topic()
    answer = await make_reply(merged)
    await accept_post(asker, answer)
    await merge_topic(moderator, merged.id, into=target.id)
    assert await fetch_value("select accepted_post_id from topic where id = $1", target.id) is None
    since = await make_reply(target)
    await take_back_change(moderator, await _newest_change())
    page = await get_topic_page(asker, merged.number)
    assert [post.id for post in page.accepted] == [answer]
    assert [post.id for post in (await get_topic_page(asker, target.number)).replies] == [since]
    assert tuple(await fetch_one("select topic_count, solved_count from space") or ()) == (2, 1)


async def test_split_replies_are_a_topic_whose_permalinks_and_votes_went_along(db: str) -> None:
    moderator, voter, writer = await make_person(Role.MODERATOR), await make_person(), await make_person()
    topic = await make_topic()
    posts = [await make_reply(topic, writer) for _ in range(4)]
    await vote_for_post(voter, posts[1])
    made = await split_topic(moderator, topic.id, [posts[3], posts[1]], title="Something else entirely")
    page = await get_topic_page(voter, made.number)
    assert (page.question.id, page.question.votes, [post.id for post in page.replies]) == (posts[1], 1, [posts[3]])
    assert (await locate_post(voter, posts[3])).path == made.path
    assert (await get_topic_page(voter, topic.number)).topic.replies == 2
    assert writer.person_id in await list_followers(made.id)
    assert await fetch_value("select topic_count from space") == 2


async def test_a_split_where_somebody_wrote_since_is_merged_back_instead(db: str) -> None:
    moderator = await make_person(Role.MODERATOR)
    topic = await make_topic()
    posts = [await make_reply(topic) for _ in range(2)]
    made = await split_topic(moderator, topic.id, posts[1:], title="Something else entirely")
    await make_reply(made)
    with pytest.raises(Conflict):
        await take_back_change(moderator, await _newest_change())
    await merge_topic(moderator, made.id, into=topic.id)
    assert (await get_topic_page(moderator, topic.number)).topic.replies == 3


async def test_a_place_taken_since_the_split_is_not_taken_twice(db: str) -> None:
    moderator = await make_person(Role.MODERATOR)
    topic = await make_topic()
    first, second = [await make_reply(topic) for _ in range(2)]
    await split_topic(moderator, topic.id, [second], title="Something else entirely")
    third = await make_reply(topic)
    await take_back_change(moderator, await _newest_change())
    assert {post.id for post in (await get_topic_page(moderator, topic.number)).replies} == {first, second, third}


async def test_nobody_is_told_again_of_a_post_that_moved(db: str, deliver_all: Deliver) -> None:
    moderator, follower, both = await make_person(Role.MODERATOR), await make_person(), await make_person()
    merged, target = await make_topic(), await make_topic()
    for person, topics in ((follower, [merged]), (both, [merged, target])):
        for topic in topics:
            await say_me_too(person, topic.id)
    posts = [await make_reply(topic) for topic in (merged, target, merged)]
    await deliver_all()
    before = await fetch_all("select person_id, thing from notice order by 1, 2")
    await merge_topic(moderator, merged.id, into=target.id)
    await deliver_all()
    await split_topic(moderator, target.id, posts[2:], title="Something else entirely")
    await deliver_all()
    assert await fetch_all("select person_id, thing from notice order by 1, 2") == before
    new = await make_reply(target)
    await deliver_all()
    told = [row["person_id"] for row in await fetch_all("select person_id from notice where post_id = $1", new)]
    assert sorted(told).count(both.person_id) == 1
    assert follower.person_id in told


async def test_what_cannot_be_split_or_merged_is_refused_by_name(db: str) -> None:
    moderator = await make_person(Role.MODERATOR)
    await make_space("crew", visibility="staff")
    topic, secret = await make_topic(), await make_topic(space="crew")
    reply, question = await make_reply(topic), (await get_topic_page(moderator, topic.number)).question.id
    for posts, title, field in (
        ([], "Something else entirely", "posts"),
        ([question], "Something else entirely", "posts"),
        ([reply, await make_reply(secret)], "Something else entirely", "posts"),
        ([reply], "Short", "title"),
    ):
        with pytest.raises(Invalid) as refused:
            await split_topic(moderator, topic.id, posts, title=title)
        assert set(refused.value.fields) == {field}
    for what, into in ((secret, topic), (topic, topic)):
        with pytest.raises(Invalid) as refused:
            await merge_topic(moderator, what.id, into=into.id)
        assert set(refused.value.fields) == {"into"}
    with pytest.raises(NotAllowed):
        await merge_topic(await make_person(Role.AGENT), topic.id, into=secret.id)


async def _newest_change() -> UUID:
    return UUID(str(await fetch_value("select id from topic_change order by id desc limit 1")))


STEPS = st.lists(
    st.tuples(st.sampled_from(("merge", "split", "take back")), st.integers(0, 3), st.integers(0, 3)),
    min_size=2,
    max_size=9,
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=STEPS)
async def test_taking_every_change_back_gives_back_every_row(db: str, steps: list[tuple[str, int, int]]) -> None:
    moderator = await make_person(Role.MODERATOR)
    topics = await _make_topics()
    before = await everything()
    followers = {topic.id: await list_followers(topic.id) for topic in topics}
    for what, one, other in steps:
        with suppress(KbError):
            await _do(moderator, what, topics[one], topics[other], other)
    await _check(moderator, topics, followers)
    while await fetch_value("select count(*) from topic_change"):
        await take_back_change(moderator, await _newest_change())
    assert await everything() == before


async def _make_topics() -> list[AskedTopic]:
    people = [await make_person() for _ in range(4)]
    topics = []
    for hour, person in enumerate(people):
        with clock_held_at(START + timedelta(hours=hour)):
            topics.append(await make_topic(person))
    for n in range(10):
        with clock_held_at(START + timedelta(hours=5 + n)):
            post = await make_reply(topics[n % 4], people[(n + 1) % 4])
            await vote_for_post(people[(n + 2) % 4], post)
    await accept_post(people[0], (await get_topic_page(people[0], topics[0].number)).replies[1].id)
    await say_me_too(people[3], topics[1].id)
    return topics


async def _do(moderator: Actor, what: str, one: AskedTopic, other: AskedTopic, place: int) -> None:
    if what == "merge":
        await merge_topic(moderator, one.id, into=other.id)
    elif what == "split":
        replies = (await get_topic_page(moderator, one.number)).replies
        await split_topic(
            moderator, one.id, [post.id for post in replies[place : place + 2]], title="Something else entirely"
        )
    elif await fetch_value("select count(*) from topic_change"):
        await take_back_change(moderator, await _newest_change())


async def _check(reader: Actor, topics: list[AskedTopic], followers: dict[UUID, list[UUID]]) -> None:
    """Every post is found, every old address leads somewhere, the counts hold, and nobody is lost."""
    for row in await fetch_all("select id from post"):
        await locate_post(reader, row["id"])
    counted = "select count(*) from post p where p.topic_id = t.id"
    assert await fetch_all(f"select id from topic t where merged_into is null and post_count <> ({counted})") == []
    assert await fetch_value("select topic_count from space") == await fetch_value(
        "select count(*) from topic where merged_into is null"
    )
    for topic in topics:
        leads_to = await fetch_value("select duplicate_of from topic where id = $1", topic.id)
        if leads_to:
            assert await find_merged_path(reader, topic.number)
            assert set(followers[topic.id]) <= set(await list_followers(leads_to))
        else:
            await get_topic_page(reader, topic.number)
