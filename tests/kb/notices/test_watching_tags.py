"""Watch levels of tags: who is told of a topic by its tags, and what comes before that."""

import pytest

from kb.core.actor import SYSTEM, Actor
from kb.core.clock import now
from kb.core.errors import NotFound
from kb.core.policy import Role
from kb.forum.arranging_tags import add_synonym, merge_tags
from kb.forum.asking import AskedTopic, NewTopic, ask_topic
from kb.forum.reading import note_read
from kb.notices.listeners import list_listeners
from kb.notices.unread import list_new, list_unread
from kb.notices.watching import (
    get_tag_watch,
    get_topic_watch,
    list_watches,
    watch_space,
    watch_tag,
    watch_topic,
)
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_space


async def tagged(*tags: str, space: str = "help") -> AskedTopic:
    await make_space(space)
    asker = await make_person(Role.ADMIN)
    return await ask_topic(asker, NewTopic(space, f"Something about {' and '.join(tags)}", "Why?", None, tags))


async def level_of(person: Actor, topic: AskedTopic) -> str:
    levels = {one.person_id: one.level for one in await list_listeners(topic.id, since=now())}
    told = levels.get(person.person_id, "normal")
    assert (await get_topic_watch(person, topic.number)).level == told, "what is shown is what holds"
    return told


async def test_of_several_tags_the_strongest_holds_and_the_topics_own_choice_comes_first(db: str) -> None:
    person = await make_person()
    topic, other = await tagged("export", "billing"), await tagged("billing")
    await watch_tag(person, "billing", "muted")
    await watch_tag(person, "export", "tracking")
    assert (await level_of(person, topic), await level_of(person, other)) == ("tracking", "muted")
    await watch_tag(person, "billing", "watching")
    assert (await level_of(person, topic), await level_of(person, other)) == ("watching", "watching")
    await watch_topic(person, other.number, "muted")
    assert await level_of(person, other) == "muted"
    await watch_tag(person, "billing", "muted")
    await watch_topic(person, other.number, "watching")
    assert await level_of(person, other) == "watching", "a muted tag loses to a watched topic"


async def test_a_tag_comes_before_its_topics_space(db: str) -> None:
    person, topic = await make_person(), await tagged("export")
    await watch_space(person, "help", "watching")
    assert await level_of(person, topic) == "watching"
    await watch_tag(person, "export", "muted")
    assert await level_of(person, topic) == "muted"


async def test_a_choice_for_a_tag_holds_for_its_synonyms_and_for_what_it_is_merged_into(db: str) -> None:
    person = await make_person()
    topic, _ = await tagged("export"), await tagged("csv")
    await add_synonym(SYSTEM, "export", "download")
    await watch_tag(person, "download", "watching")
    assert (await get_tag_watch(person, "export")).level == "watching"
    assert await level_of(person, topic) == "watching"
    await merge_tags(SYSTEM, "export", into="csv")
    assert await level_of(person, topic) == "watching"


async def test_topics_of_a_watched_tag_are_unread_and_those_of_a_muted_one_are_not_new(db: str) -> None:
    person = await make_person()
    await tagged("export")
    await tagged("billing")
    await watch_tag(person, "export", "watching")
    await watch_tag(person, "billing", "muted")
    topic, muted = await tagged("export", "sheets"), await tagged("billing")
    for one in (topic, muted):
        await make_reply(one)
    assert [(one.topic.number, one.unread) for one in (await list_unread(person)).topics] == [(topic.number, 2)]
    assert muted.number not in [one.topic.number for one in (await list_new(person)).topics]
    await note_read(person, topic.number, 2)
    assert (await list_unread(person)).topics == []


async def test_a_tag_of_topics_one_may_not_read_cannot_be_watched_and_is_not_listed(db: str) -> None:
    await make_space("secret", visibility="staff")
    await tagged("takeover", space="secret")
    with pytest.raises(NotFound):
        await watch_tag(await make_person(), "takeover", "watching")
    agent = await make_person(Role.AGENT)
    await watch_tag(agent, "takeover", "watching")
    assert [(one.kind, one.title, one.path) for one in await list_watches(agent)] == [
        ("tag", "takeover", "/tags/takeover")
    ]
    assert await list_watches(Actor(Role.MEMBER, agent.person_id)) == []
