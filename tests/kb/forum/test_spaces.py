"""Spaces: who sees them, asks and answers there, and what stands within what."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from kb.clusters.readers import follow_readers
from kb.core.actor import ANONYMOUS, SYSTEM, Actor
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.errors import Invalid, NotFound
from kb.core.policy import Role, group_visibility
from kb.forum.arranging import SpaceChange, change_space
from kb.forum.spaces import NewSpace, create_space, find_space, get_space, list_spaces
from kb.forum.topic_lists import TopicFilter, list_topics
from tests.support.factories import make_person
from tests.support.forum_factories import make_group_space, make_reply, make_topic

pytestmark = pytest.mark.usefixtures("db")


async def _make(name: str, **rest: str) -> str:
    return await create_space(SYSTEM, NewSpace(name, **rest))


async def test_who_asks_and_who_answers_are_kept_to() -> None:
    member, agent = await make_person(), await make_person(Role.AGENT)
    await _make("News", slug="news", who_asks="staff", who_answers="staff")
    with pytest.raises(Invalid) as asked:
        await make_topic(member, space="news")
    assert asked.value.fields == {"space": "Only staff ask here."}
    topic = await make_topic(agent, space="news")
    with pytest.raises(Invalid) as answered:
        await make_reply(topic, member)
    assert answered.value.fields == {"body": "Only staff answer here."}
    assert await make_reply(topic, agent)


async def test_a_group_may_be_who_asks_and_others_still_read() -> None:
    member = await make_person()
    group_id = await make_group_space(member)
    await _make("Reports", slug="reports", who_asks=group_visibility(group_id))
    with pytest.raises(Invalid):
        await make_topic(await make_person(Role.ADMIN), space="reports")
    assert await make_topic(replace(member, groups=(group_id,)), space="reports")
    assert await find_space(ANONYMOUS, "reports")


async def test_an_archived_space_is_read_and_nothing_is_added() -> None:
    admin = await make_person(Role.ADMIN)
    topic = await make_topic(admin)
    await change_space(admin, "help", SpaceChange("Help space", is_archived=True))
    with pytest.raises(Invalid):
        await make_topic(admin)
    with pytest.raises(Invalid):
        await make_reply(topic, admin)
    assert (await get_space(ANONYMOUS, "help")).is_archived
    await change_space(admin, "help", SpaceChange("Help space"))
    assert await make_reply(topic, admin)


async def test_a_space_within_another_is_seen_by_nobody_who_does_not_see_that() -> None:
    await _make("Office", slug="office", visibility="staff")
    await _make("Kitchen", slug="kitchen", parent="office", visibility="public")
    assert await find_space(await make_person(), "kitchen") is None
    agent = await make_person(Role.AGENT)
    assert [(one.slug, one.is_within) for one in await list_spaces(agent)] == [("office", False), ("kitchen", True)]

    admin = await make_person(Role.ADMIN)
    await change_space(admin, "office", SpaceChange("Office", who_sees="members"))
    assert (await get_space(await make_person(), "kitchen")).visibility == "members"
    await change_space(admin, "office", SpaceChange("Office", who_sees="public"))
    assert (await get_space(ANONYMOUS, "kitchen")).visibility == "public"


async def test_spaces_stand_two_deep_and_never_in_a_circle() -> None:
    admin = await make_person(Role.ADMIN)
    await _make("Outer", slug="outer")
    await _make("Inner", slug="inner", parent="outer")
    for slug, parent in (("outer", "inner"), ("outer", "outer"), ("inner", "nowhere")):
        with pytest.raises(Invalid) as refused:
            await change_space(admin, slug, SpaceChange(slug.capitalize(), parent=parent))
        assert set(refused.value.fields) == {"parent"}
    with pytest.raises(Invalid):
        await _make("Innermost", parent="inner")
    await change_space(admin, "inner", SpaceChange("Inner"))
    await change_space(admin, "outer", SpaceChange("Outer", parent="inner"))


async def test_groups_that_are_no_part_of_each_other_do_not_stand_within_each_other() -> None:
    admin = await make_person(Role.ADMIN)
    one, other = await make_group_space(admin, slug="one"), await make_group_space(admin, slug="two")
    insider = replace(admin, groups=(one, other))
    with pytest.raises(Invalid) as refused:
        await change_space(insider, "two", SpaceChange("Two", parent="one", who_sees=group_visibility(other)))
    assert set(refused.value.fields) == {"visibility"}
    await change_space(insider, "two", SpaceChange("Two", parent="one", who_sees="members"))
    assert (await get_space(insider, "two")).visibility == group_visibility(one)


async def test_an_admin_outside_a_group_neither_sees_its_space_nor_gives_one_to_it() -> None:
    admin = await make_person(Role.ADMIN)
    group_id = await make_group_space(await make_person())
    with pytest.raises(NotFound):
        await get_space(admin, "crew")
    with pytest.raises(NotFound):
        await change_space(admin, "crew", SpaceChange("Mine"))
    with pytest.raises(Invalid):
        await create_space(admin, NewSpace("Theirs", visibility=group_visibility(group_id)))
    for right in ("group:", "group:nonsense", f"group:{group_id}".upper(), "private", "everyone"):
        with pytest.raises(Invalid):
            await create_space(SYSTEM, NewSpace("Odd", visibility=right))


async def test_topics_of_inner_spaces_are_listed_page_by_page_without_those_one_may_not_read() -> None:
    await _make("Outer", slug="outer")
    await _make("Inner", slug="inner", parent="outer")
    await _make("Secret", slug="secret", parent="outer", visibility="staff")
    agent = await make_person(Role.AGENT)
    made = [(await make_topic(agent, space=slug)).id for slug in ("outer", "inner", "secret", "inner", "outer")]
    await make_topic(agent)

    async def read(reader: Actor) -> list[object]:
        seen, cursor = [], ""
        while True:
            page = await list_topics(reader, TopicFilter("outer", limit=2, with_inner=True), cursor=cursor)
            seen += [one.id for one in page.topics]
            if not (cursor := page.next_cursor):
                return seen

    assert await read(agent) == made[::-1]
    assert await read(ANONYMOUS) == [one for one in made[::-1] if one != made[2]]
    assert len((await list_topics(agent, TopicFilter("outer"))).topics) == 2


async def test_copies_of_a_spaces_readers_follow_by_message_and_by_sweep(
    deliver_all: Callable[[], Awaitable[int]],
) -> None:
    admin = await make_person(Role.ADMIN)
    topic = await make_topic(admin, title="How do I export all of my invoices?")
    await deliver_all()
    await change_space(admin, "help", SpaceChange("Help space", who_sees="staff"))
    await deliver_all()
    copies = "select distinct visibility from question where parent_id = $1"
    assert [row["visibility"] for row in await fetch_all(copies, topic.id)] == ["staff"]
    await execute("update space set visibility = 'members'")
    assert await follow_readers() == 1
    assert await fetch_value(copies, topic.id) == "members"
