"""Pinning, unlisting and moving whole topics."""

from datetime import UTC, datetime, timedelta

import pytest

from kb.core.actor import ANONYMOUS
from kb.core.clock import clock_held_at
from kb.core.database import fetch_all, fetch_one, fetch_value
from kb.core.errors import Conflict, Invalid, NotAllowed, NotFound
from kb.core.policy import Role
from kb.forum.accepting import accept_post
from kb.forum.completing import complete_topics
from kb.forum.hiding import hide_topic, restore_topic
from kb.forum.moving import move_topic
from kb.forum.pinning import pin_topic, unpin_topic
from kb.forum.queries import get_topic_page
from kb.forum.rules import POSTS_PER_PAGE
from kb.forum.tagging import tag_topic
from kb.forum.tags import list_tags
from kb.forum.topic_lists import TopicFilter, list_topics
from kb.forum.unlisting import list_topic_again, unlist_topic
from kb.search.feeds import get_site_feed, get_space_feed
from kb.search.sitemaps import list_part
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_space, make_topic


async def _numbers(wanted: TopicFilter) -> list[int]:
    """All pages of a list as nobody reads it."""
    seen, cursor = [], ""
    while True:
        page = await list_topics(ANONYMOUS, wanted, cursor=cursor)
        seen += [topic.number for topic in page.topics]
        if not (cursor := page.next_cursor):
            return seen


async def test_a_pinned_topic_stands_first_and_every_topic_once_on_all_pages(db: str) -> None:
    moderator = await make_person(Role.MODERATOR)
    start, topics = datetime(2026, 3, 1, tzinfo=UTC), []
    for hour in range(7):
        with clock_held_at(start + timedelta(hours=hour)):
            topics.append(await make_topic(space="help" if hour % 2 else "billing"))
    newest_first = [topic.number for topic in reversed(topics)]
    await pin_topic(moderator, topics[0].id)
    await pin_topic(moderator, topics[1].id, everywhere=True)

    def first(number: int) -> list[int]:
        return [number, *[one for one in newest_first if one != number]]

    for limit in (1, 2, 3, 20):
        assert await _numbers(TopicFilter(limit=limit)) == first(topics[1].number)
    billing = [topic.number for topic in reversed(topics[::2])]
    assert await _numbers(TopicFilter("billing", limit=2)) == [billing[-1], *billing[:-1]]
    assert await _numbers(TopicFilter("billing", limit=2, with_inner=True)) == [billing[-1], *billing[:-1]]
    assert await _numbers(TopicFilter("help", limit=1)) == [topics[n].number for n in (1, 5, 3)]
    assert await _numbers(TopicFilter(limit=2, only="unsolved")) == newest_first


async def test_unpinning_puts_it_back_and_pinning_twice_is_once(db: str) -> None:
    moderator = await make_person(Role.MODERATOR)
    old, new = await make_topic(), await make_topic()
    await pin_topic(moderator, old.id)
    await pin_topic(moderator, old.id)
    assert await _numbers(TopicFilter("help")) == [old.number, new.number]
    assert await fetch_value("select count(*) from topic_event") == 1
    await unpin_topic(moderator, old.id)
    assert await _numbers(TopicFilter("help")) == [new.number, old.number]


async def test_five_pins_are_enough_for_a_space(db: str) -> None:
    moderator = await make_person(Role.MODERATOR)
    for _ in range(5):
        await pin_topic(moderator, (await make_topic()).id)
    sixth = await make_topic()
    with pytest.raises(Conflict):
        await pin_topic(moderator, sixth.id)
    await pin_topic(moderator, sixth.id, everywhere=True)
    await pin_topic(moderator, (await make_topic(space="billing")).id)


async def test_an_unlisted_topic_is_read_by_its_address_and_found_nowhere(db: str) -> None:
    moderator, member = await make_person(Role.MODERATOR), await make_person()
    topic = await make_topic(moderator, title="Unlikely words about zebras")
    await accept_post(moderator, await make_reply(topic))
    await tag_topic(moderator, topic.id, ["zebra"])
    await unlist_topic(moderator, topic.id)
    await unlist_topic(moderator, topic.id)

    assert (await get_topic_page(ANONYMOUS, topic.number)).topic.is_unlisted
    for wanted in (TopicFilter(), TopicFilter("help"), TopicFilter(only="solved"), TopicFilter(tag="zebra")):
        assert await _numbers(wanted) == []
        assert [one.is_unlisted for one in (await list_topics(moderator, wanted)).topics] == [True]
    assert await complete_topics(member, "zebras") == []
    assert list((await get_site_feed()).entries) == list((await get_space_feed("help")).entries) == []
    assert await list_part("topics-0") == []
    assert await list_tags(member) == []
    assert tuple(await fetch_one("select topic_count, solved_count from space") or ()) == (0, 0)

    await list_topic_again(moderator, topic.id)
    assert await _numbers(TopicFilter(tag="zebra")) == [topic.number]
    assert [tag.topic_count for tag in await list_tags(member)] == [1]
    assert tuple(await fetch_one("select topic_count, solved_count from space") or ()) == (1, 1)


async def test_hiding_and_unlisting_together_count_a_topic_once(db: str) -> None:
    moderator = await make_person(Role.MODERATOR)
    topic = await make_topic()
    await accept_post(moderator, await make_reply(topic))
    await tag_topic(moderator, topic.id, ["once"])
    for step, counts in (
        (hide_topic, (0, 0)),
        (unlist_topic, (0, 0)),
        (restore_topic, (0, 0)),
        (list_topic_again, (1, 1)),
        (unlist_topic, (0, 0)),
        (hide_topic, (0, 0)),
        (list_topic_again, (0, 0)),
        (restore_topic, (1, 1)),
    ):
        await step(moderator, topic.id)
        assert tuple(await fetch_one("select topic_count, solved_count from space") or ()) == counts, step
        assert await fetch_value("select topic_count from tag_use") == counts[0], step


async def test_moving_takes_counts_tags_and_readers_along_and_back(db: str) -> None:
    moderator, member = await make_person(Role.MODERATOR), await make_person()
    topic = await make_topic(moderator)
    await accept_post(moderator, await make_reply(topic))
    await tag_topic(moderator, topic.id, ["once"])
    await make_space("crew", visibility="staff")
    before = await _counts()
    await move_topic(moderator, topic.id, "crew")
    assert await _counts() == [("crew", 1, 1, 1), ("help", 0, 0, 0)]
    with pytest.raises(NotFound):
        await get_topic_page(member, topic.number)
    await move_topic(moderator, topic.id, "help")
    assert [row for row in await _counts() if row[1]] == before[1:] == [("help", 1, 1, 1)]
    assert (await get_topic_page(member, topic.number)).topic.space_slug == "help"
    names = await fetch_all("select name from outbox_message where name = 'TopicMoved'")
    assert len(names) == 2


async def _counts() -> list[tuple[str, int, int, int]]:
    rows = await fetch_all(
        "select s.slug, s.topic_count, s.solved_count, coalesce((select sum(topic_count) from tag_use u where u.space_id = s.id), 0)"
        " from space s order by s.slug"
    )
    return [(row[0], row[1], row[2], int(row[3])) for row in rows]


async def test_a_topic_moves_only_where_the_moderator_reads_and_not_into_a_closed_space(db: str) -> None:
    moderator = await make_person(Role.MODERATOR)
    topic = await make_topic()
    for slug in ("nowhere", ""):
        with pytest.raises(Invalid) as refused:
            await move_topic(moderator, topic.id, slug)
        assert set(refused.value.fields) == {"space"}
    with pytest.raises(NotAllowed):
        await move_topic(await make_person(Role.AGENT), topic.id, "help")


async def test_a_line_names_the_old_space_to_those_who_see_it_and_to_nobody_else(db: str) -> None:
    moderator, member = await make_person(Role.MODERATOR), await make_person()
    await make_space("crew", visibility="staff")
    topic = await make_topic(moderator, space="crew")
    await make_space("help")
    await move_topic(moderator, topic.id, "help")
    (seen,) = (await get_topic_page(moderator, topic.number)).events
    (unnamed,) = (await get_topic_page(member, topic.number)).events
    assert (seen.kind, seen.name, seen.href) == ("moved", "Crew space", "/s/crew")
    assert (unnamed.kind, unnamed.name, unnamed.href, unnamed.by) == ("moved", "", "", moderator.name)


async def test_lines_stand_between_the_replies_of_their_time_once_over_all_pages(db: str) -> None:
    moderator = await make_person(Role.MODERATOR)
    start = datetime(2026, 3, 1, tzinfo=UTC)
    with clock_held_at(start):
        topic = await make_topic(moderator)
    for n in range(1, POSTS_PER_PAGE + 4):
        with clock_held_at(start + timedelta(hours=n)):
            await make_reply(topic, moderator)
    for minutes, step in ((30, pin_topic), (90, unpin_topic), (60 * POSTS_PER_PAGE + 30, pin_topic)):
        with clock_held_at(start + timedelta(minutes=minutes)):
            await step(moderator, topic.id)
    with clock_held_at(start + timedelta(days=9)):
        await unpin_topic(moderator, topic.id)

    first = await get_topic_page(moderator, topic.number)
    second = await get_topic_page(moderator, topic.number, after=first.next_after)
    assert [getattr(one, "kind", "reply") for one in first.replies_and_events][:4] == [
        "pinned",
        "reply",
        "unpinned",
        "reply",
    ]
    assert [e.kind for e in first.events] == ["pinned", "unpinned", "pinned"]
    assert [getattr(one, "kind", "reply") for one in second.replies_and_events] == ["reply"] * 3 + ["unpinned"]
