"""What is muted leaves the lists of whoever muted it, and what is said of a space holds for the spaces within it."""

import json
import random
from typing import Any

import pytest

from kb.core.actor import ANONYMOUS, SYSTEM, Actor
from kb.core.clock import now
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.policy import Role
from kb.forum.accepting import accept_post
from kb.forum.access import readers
from kb.forum.arranging_tags import merge_tags
from kb.forum.asking import AskedTopic, NewTopic, ask_topic
from kb.forum.me_too import say_me_too
from kb.forum.pinning import pin_topic
from kb.forum.spaces import NewSpace, create_space
from kb.forum.topic_lists import TopicFilter, list_topics
from kb.notices.listeners import list_listeners
from kb.notices.muting import find_left_out
from kb.notices.unread import list_new, list_unread
from kb.notices.watching import get_space_watch, get_topic_watch, watch_space, watch_tag, watch_topic
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_space, make_topic
from tests.support.statements import statements_run


async def make_spaces() -> None:
    """`outer` with `inner` in it, and `other`."""
    await make_space("outer")
    await create_space(SYSTEM, NewSpace("Inner space", slug="inner", parent="outer"))
    await make_space("other")


async def asked(space: str, *tags: str) -> AskedTopic:
    admin = await make_person(Role.ADMIN)
    return await ask_topic(admin, NewTopic(space, f"Something in {space} about {tags}", "Why?", None, tags))


async def everything(reader: Actor, **rest: Any) -> list[int]:
    """The numbers of the list of everything, all its pages."""
    numbers: list[int] = []
    cursor = ""
    while True:
        wanted = TopicFilter(left_out=await find_left_out(reader), limit=3, **rest)
        found = await list_topics(reader, wanted, cursor=cursor)
        numbers += [one.number for one in found.topics]
        if not (cursor := found.next_cursor):
            return numbers


async def told_level(reader: Actor, topic: AskedTopic) -> str:
    levels = {one.person_id: one.level for one in await list_listeners(topic.id, since=now())}
    return levels.get(reader.person_id, "normal")


async def test_what_is_said_of_a_space_holds_within_it_until_something_nearer_is_said(db: str) -> None:
    await make_spaces()
    reader, topic = await make_person(), await asked("inner")

    async def level() -> str:
        told = await told_level(reader, topic)
        assert (await get_topic_watch(reader, topic.number)).level == told, "what is shown is what holds"
        return told

    await watch_space(reader, "outer", "watching")
    assert (await level(), (await get_space_watch(reader, "inner")).level) == ("watching", "watching")
    assert (await get_space_watch(reader, "inner")).chosen is None
    later = await asked("inner")
    assert later.number in [one.topic.number for one in (await list_unread(reader)).topics]
    await watch_space(reader, "inner", "normal")
    assert (await level(), (await get_space_watch(reader, "inner")).level) == ("normal", "normal")
    assert (await list_unread(reader)).topics == []
    await watch_space(reader, "outer", "muted")
    assert await level() == "normal"
    await watch_space(reader, "inner", "tracking")
    assert await level() == "tracking"


async def test_muted_spaces_and_tags_leave_the_list_of_everything_and_keep_their_own(db: str) -> None:
    await make_spaces()
    reader, agent = await make_person(), await make_person(Role.ADMIN)
    plain, within = await asked("other"), await asked("inner")
    tagged, pinned = await asked("other", "billing"), await asked("outer")
    await pin_topic(agent, pinned.id, everywhere=True)
    await accept_post(agent, await make_reply(within, agent))
    before = await everything(ANONYMOUS)
    await watch_space(reader, "outer", "muted")
    await watch_tag(reader, "billing", "muted")
    assert await everything(reader) == [plain.number]
    assert await everything(reader, only="solved") == []
    assert [one.topic.number for one in (await list_new(reader)).topics] == [plain.number]
    left_out = await find_left_out(reader)
    for wanted, number in (
        (TopicFilter("inner", left_out=left_out), within.number),
        (TopicFilter("outer", left_out=left_out), pinned.number),
        (TopicFilter(tag="billing", left_out=left_out), tagged.number),
    ):
        assert [one.number for one in (await list_topics(reader, wanted)).topics] == [number]
    assert await everything(ANONYMOUS) == before, "nobody else's list changes"


async def test_of_what_is_muted_stays_what_one_watches_or_takes_part_in(db: str) -> None:
    await make_spaces()
    reader = await make_person()
    watched, joined, tagged = await asked("outer"), await asked("inner", "billing"), await asked("inner", "export")
    _, muted = await asked("inner"), await asked("other")
    await watch_space(reader, "outer", "muted")
    await watch_tag(reader, "billing", "muted")
    await watch_topic(reader, watched.number, "watching")
    await say_me_too(reader, joined.id)
    await watch_tag(reader, "export", "tracking")
    await watch_topic(reader, muted.number, "muted")
    assert await everything(reader) == [tagged.number, joined.number, watched.number]
    await watch_topic(reader, joined.number, "muted")
    await merge_tags(SYSTEM, "export", into="billing")
    assert await everything(reader) == [tagged.number, watched.number], "of what became one tag the strongest holds"


@pytest.mark.parametrize("seed", range(12))
async def test_the_list_of_everything_is_the_topics_whose_level_is_not_muted(db: str, seed: int) -> None:
    """Whatever was said, in every combination chance finds, the list's index-friendly form says what `get_topic_watch` says."""
    chance = random.Random(seed)
    await make_spaces()
    reader = await make_person()
    topics = [
        await asked(
            chance.choice(["outer", "inner", "other"]), *chance.sample(["a1", "b1", "c1"], chance.randint(0, 2))
        )
        for _ in range(9)
    ]
    levels = ["watching", "tracking", "normal", "muted", "muted"]
    for space in chance.sample(["outer", "inner", "other"], chance.randint(0, 3)):
        await watch_space(reader, space, chance.choice(levels))
    for row in await fetch_all("select slug from tag"):
        if chance.random() < 0.6:
            await watch_tag(reader, row["slug"], chance.choice(levels))
    for topic in chance.sample(topics, 3):
        if chance.random() < 0.5:
            await watch_topic(reader, topic.number, chance.choice(levels))
        else:
            await say_me_too(reader, topic.id)
    holds = {one.number: (await get_topic_watch(reader, one.number)).level for one in topics}
    assert await everything(reader) == [one.number for one in reversed(topics) if holds[one.number] != "muted"]


async def test_however_much_is_muted_none_of_it_is_gone_through(db: str) -> None:
    await make_spaces()
    reader, topic, _ = await make_person(), await asked("outer"), await asked("other")
    await execute(
        "insert into topic (id, space_id, author_id, title, slug, last_posted_at, created_at)"
        " select gen_random_uuid(), t.space_id, t.author_id, 'x', 'x', t.created_at + n * interval '1 minute', t.created_at"
        " from topic t, generate_series(1, 20000) n where t.id = $1",
        topic.id,
    )
    await execute("analyze topic, space, topic_follower, topic_tag")
    await watch_space(reader, "outer", "muted")
    left_out = await find_left_out(reader)
    assert left_out
    with statements_run() as statements:
        found = await list_topics(reader, TopicFilter(left_out=left_out))
    assert [one.space_slug for one in found.topics] == ["other"]
    ids = (left_out.person_id, *map(list, (left_out.spaces, left_out.tags, left_out.kept_tags, left_out.topics)))
    plan = await fetch_value(
        f"explain (analyze, format json) {statements[0]}", *readers(reader), 21, *ids, list(left_out.kept_topics)
    )
    assert _rows_read(json.loads(plan)[0]["Plan"]) < 100


def _rows_read(plan: dict[str, Any]) -> int:
    """Rows of topics that the plan touched, those it threw away included."""
    own = plan.get("Relation Name") == "topic"
    read = (plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)) * plan["Actual Loops"] if own else 0
    return int(read) + sum(_rows_read(one) for one in plan.get("Plans", []))


async def test_a_list_without_anything_muted_is_the_one_strangers_get(db: str) -> None:
    reader = await make_person()
    await make_topic()
    await watch_space(reader, "help", "watching")
    assert await find_left_out(reader) is None
    assert await find_left_out(ANONYMOUS) is None
