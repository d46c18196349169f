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
from kb.forum.hiding import hide_topic, restore_topic
from kb.forum.me_too import say_me_too
from kb.forum.merging import list_followers
from kb.forum.queries import get_topic_page, locate_post
from kb.forum.reading import note_read
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
    assert await fetch_value("select accepted_post_id from topic where id = $1", target.id) == answer
    assert tuple(await fetch_one("select topic_count, solved_count from space") or ()) == (1, 1)
    since = await make_reply(target)
    await take_back_change(moderator, await _newest_change())
    page = await get_topic_page(asker, merged.number)
    assert [post.id for post in page.accepted] == [answer]
    assert [post.id for post in (await get_topic_page(asker, target.number)).replies] == [since]
    assert tuple(await fetch_one("select topic_count, solved_count from space") or ()) == (2, 1)


async def test_accepted_answers_are_carried_along_and_the_chief_there_is_stays(db: str, deliver_all: Deliver) -> None:
    moderator, asker = await make_person(Role.MODERATOR), await make_person()
    merged, target = await make_topic(asker), await make_topic(asker)
    chief, other = await make_reply(target), await make_reply(merged)
    await accept_post(asker, other)
    await accept_post(asker, chief)
    await deliver_all()
    await merge_topic(moderator, merged.id, into=target.id)
    await deliver_all()
    page = await get_topic_page(asker, target.number)
    assert [post.id for post in page.accepted] == [chief, other]
    assert tuple(await fetch_one("select topic_count, solved_count from space") or ()) == (1, 1)
    assert await _answers() == {chief: target.id, other: target.id}
    await take_back_change(moderator, await _newest_change())
    await deliver_all()
    assert await _answers() == {chief: target.id, other: merged.id}
    assert tuple(await fetch_one("select topic_count, solved_count from space") or ()) == (2, 2)


async def test_a_split_carries_its_acceptance_but_never_accepts_its_own_question(db: str, deliver_all: Deliver) -> None:
    moderator, asker = await make_person(Role.MODERATOR), await make_person()
    topic = await make_topic(asker)
    first, second = [await make_reply(topic) for _ in range(2)]
    for post in (first, second):
        await accept_post(asker, post)
    made = await split_topic(moderator, topic.id, [first, second], title="Something else entirely")
    await deliver_all()
    page = await get_topic_page(asker, made.number)
    assert (page.question.id, [post.id for post in page.accepted]) == (first, [second])
    assert tuple(await fetch_one("select topic_count, solved_count from space") or ()) == (2, 1)
    assert await _answers() == {second: made.id}
    await take_back_change(moderator, await _newest_change())
    await deliver_all()
    assert await fetch_value("select accepted_post_id from topic where id = $1", topic.id) == first
    assert tuple(await fetch_one("select topic_count, solved_count from space") or ()) == (1, 1)
    assert await _answers() == {first: topic.id, second: topic.id}


async def _answers() -> dict[UUID, UUID]:
    """The topic of each answer that stands."""
    rows = await fetch_all("select source_id, parent_id from answer where kind = 'post' and retired_at is null")
    return {row["source_id"]: row["parent_id"] for row in rows}


async def _mixed() -> tuple[AskedTopic, AskedTopic, dict[int, UUID]]:
    """Two topics whose posts were written in turn, even hours in the first, odd ones in the second; posts by their hour."""
    author = await make_person(Role.AGENT)
    with clock_held_at(START):
        merged = await make_topic(author)
    with clock_held_at(START + timedelta(hours=1)):
        target = await make_topic(author)
    replies = {}
    for hour in range(2, 8):
        with clock_held_at(START + timedelta(hours=hour)):
            replies[hour] = await make_reply(target if hour % 2 else merged, author)
    return merged, target, replies


async def _unread(reader: Actor, topic: AskedTopic) -> set[UUID]:
    page = await get_topic_page(reader, topic.number)
    return {post.id for post in page.replies if post.position > page.topic.read_position}


async def test_what_was_read_stays_read_and_nothing_unread_is_passed_over_by_a_merge(db: str) -> None:
    """After the merge the target reads: question, question of the merged, then the replies of the hours 2 to 7."""
    moderator = await make_person(Role.MODERATOR)
    merged, target, at = await _mixed()
    of_target, of_merged, of_both, behind, of_none = [await make_person() for _ in range(5)]
    await note_read(of_target, target.number, 3)
    await note_read(of_merged, merged.number, 3)
    for reader, in_merged, in_target in ((of_both, 4, 3), (behind, 1, 4)):
        await note_read(reader, merged.number, in_merged)
        await note_read(reader, target.number, in_target)
    before = await everything()

    await merge_topic(moderator, merged.id, into=target.id)

    assert await _unread(of_target, target) == {at[6], at[7]}
    assert await _unread(of_merged, target) == {at[5], at[6], at[7]}, "what was read there is read here"
    assert await _unread(of_both, target) == {at[7]}
    assert await _unread(behind, target) == {at[hour] for hour in range(2, 8)}, "what is unread is not passed over"
    assert (await get_topic_page(of_none, target.number)).topic.read_position == 0
    await take_back_change(moderator, await _newest_change())
    assert await everything() == before


async def test_what_somebody_read_while_two_topics_were_one_is_read_in_both(db: str) -> None:
    moderator, reader, late = await make_person(Role.MODERATOR), await make_person(), await make_person()
    merged, target, at = await _mixed()
    await note_read(reader, target.number, 2)
    await note_read(reader, merged.number, 1)
    await merge_topic(moderator, merged.id, into=target.id)
    await note_read(reader, target.number, 7)
    await note_read(late, target.number, 4)
    await take_back_change(moderator, await _newest_change())
    assert (await _unread(reader, target), await _unread(reader, merged)) == ({at[7]}, set())
    assert (await _unread(late, target), await _unread(late, merged)) == ({at[5], at[7]}, {at[4], at[6]})


async def test_a_topic_split_off_is_read_as_far_as_its_posts_were(db: str) -> None:
    moderator, reader, fresh = await make_person(Role.MODERATOR), await make_person(), await make_person()
    topic = await make_topic()
    posts = [await make_reply(topic) for _ in range(4)]
    await note_read(reader, topic.number, 4)
    await note_read(fresh, topic.number, 1)
    before = await everything()
    made = await split_topic(moderator, topic.id, posts[1:], title="Something else entirely")
    assert await _unread(reader, made) == {posts[3]}
    assert await _unread(reader, topic) == set()
    assert (await get_topic_page(fresh, made.number)).topic.read_position == 0
    await take_back_change(moderator, await _newest_change())
    assert await everything() == before


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
    await accept_post(people[1], (await get_topic_page(people[1], topics[1].number)).replies[0].id)
    for n, topic in enumerate(topics):
        for person in people[n % 2 :]:
            await note_read(person, topic.number, n + 1)
    return topics


async def test_a_hidden_topic_is_merged_neither_away_nor_into(db: str) -> None:
    moderator, hidden, other = await make_person(Role.MODERATOR), await make_topic(), await make_topic()
    await hide_topic(moderator, hidden.id)
    for one, into in ((hidden, other), (other, hidden)):
        with pytest.raises(Conflict):
            await merge_topic(moderator, one.id, into=into.id)
    await restore_topic(moderator, hidden.id)
    await merge_topic(moderator, hidden.id, into=other.id)


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
    solved = "select count(*) from topic where accepted_post_id is not null"
    assert await fetch_value("select solved_count from space") == await fetch_value(solved)
    assert await fetch_all("select id from post where position = 1 and accepted_at is not null") == []
    for topic in topics:
        leads_to = await fetch_value("select duplicate_of from topic where id = $1", topic.id)
        if leads_to:
            assert await find_merged_path(reader, topic.number)
            assert set(followers[topic.id]) <= set(await list_followers(leads_to))
        else:
            await get_topic_page(reader, topic.number)
