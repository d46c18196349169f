"""Tags: what a merge does and its undoing, who sees which, and counts that are exact."""

from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.core.actor import ANONYMOUS, SYSTEM, Actor
from kb.core.database import execute, fetch_all
from kb.core.errors import Conflict, Invalid, NotAllowed, NotFound
from kb.core.policy import Role
from kb.forum.arranging_tags import add_synonym, merge_tags, undo_tag_merge
from kb.forum.asking import NewTopic, ask_topic
from kb.forum.hiding import hide_topic, restore_topic
from kb.forum.queries import get_topic_page
from kb.forum.tagging import tag_topic
from kb.forum.tags import get_tag, list_tags
from kb.forum.topic_lists import TopicFilter, list_topics
from tests.support.factories import make_person
from tests.support.forum_factories import make_space, make_topic

pytestmark = pytest.mark.usefixtures("db")

SLUGS = ("export", "csv", "login", "sso", "invoices")


async def _topic(*tags: str, space: str = "help") -> UUID:
    topic = await make_topic(await make_person(Role.AGENT), space=space)
    await tag_topic(SYSTEM, topic.id, tags)
    return topic.id


async def _counts(reader: Actor) -> dict[str, int]:
    return {tag.slug: tag.topic_count for tag in await list_tags(reader)}


async def test_a_question_is_asked_with_tags_and_found_by_them() -> None:
    agent = await make_person(Role.AGENT)
    await make_space()
    asked = await ask_topic(
        agent, NewTopic("help", "How do I export it all?", "All of it.", None, ("CSV files", "export", ""))
    )
    await make_topic(agent)
    assert list((await get_topic_page(ANONYMOUS, asked.number)).topic.tags) == ["csv-files", "export"]
    found = (await list_topics(ANONYMOUS, TopicFilter(tag="export"))).topics
    assert [(one.id, one.tags) for one in found] == [(asked.id, ("csv-files", "export"))]


async def test_members_use_the_tags_there_are_and_synonyms_mean_their_tag() -> None:
    await _topic("export")
    await add_synonym(SYSTEM, "export", "download")
    member = await make_person()
    topic = await make_topic(member)
    await tag_topic(member, topic.id, ["Download", "export"])
    assert list((await get_topic_page(ANONYMOUS, topic.number)).topic.tags) == ["export"]
    for names in (["brand new"], ["a", "b", "c", "d", "e", "f"], ["x" * 31]):
        with pytest.raises(Invalid) as refused:
            await tag_topic(member, topic.id, names)
        assert set(refused.value.fields) == {"tags"}
    with pytest.raises(NotAllowed):
        await tag_topic(await make_person(), topic.id, [])
    assert (await get_tag(ANONYMOUS, "download")).slug == "export"


async def test_a_tag_whose_topics_one_may_not_read_is_not_there() -> None:
    await make_space("office", visibility="staff")
    topic_id = await _topic("secret-project", space="office")
    await _topic("export")
    member, agent = await make_person(), await make_person(Role.AGENT)
    assert await _counts(member) == {"export": 1}
    assert await _counts(agent) == {"export": 1, "secret-project": 1}
    with pytest.raises(NotFound):
        await get_tag(member, "secret-project")
    own = await make_topic(member)
    with pytest.raises(Invalid):
        await tag_topic(member, own.id, ["secret-project"])
    moderator = await make_person(Role.MODERATOR)
    await hide_topic(moderator, topic_id)
    assert "secret-project" not in await _counts(agent)
    await execute("update space set visibility = 'public'")
    await restore_topic(moderator, topic_id)
    assert await _counts(member) == {"export": 1, "secret-project": 1}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    tagged=st.lists(st.sets(st.sampled_from(SLUGS), max_size=4), min_size=1, max_size=5),
    names=st.lists(st.tuples(st.sampled_from(SLUGS), st.sampled_from(("a-word", "b-word"))), max_size=2),
    merges=st.lists(st.permutations(SLUGS).map(lambda found: found[:2]), min_size=1, max_size=3),
)
async def test_merging_tags_and_taking_it_back_is_as_if_nothing_had_been(
    tagged: list[set[str]], names: list[tuple[str, str]], merges: list[list[str]]
) -> None:
    await execute("truncate tag, topic, tag_merge cascade")
    for tags in tagged:
        await _topic(*sorted(tags))
    for slug, synonym in names:
        try:
            await add_synonym(SYSTEM, slug, synonym)
        except (Invalid, NotFound):
            continue
    before, counts, made = await _everything(), await _counts(SYSTEM), []
    for one, other in merges:
        try:
            made.append(await merge_tags(SYSTEM, one, other))
        except (Invalid, NotFound):
            continue
        assert (await get_tag(SYSTEM, one)).slug == (await get_tag(SYSTEM, other)).slug
    for merge_id in reversed(made):
        await undo_tag_merge(SYSTEM, merge_id)
    assert await _everything() == before
    assert await _counts(SYSTEM) == counts
    assert counts == {slug: sum(slug in tags for tags in tagged) for slug in set().union(*tagged)}


async def _everything() -> list[list[tuple[object, ...]]]:
    tables = ("tag", "topic_tag", "tag_synonym")
    return [[tuple(row) for row in await fetch_all(f"select * from {name} order by 1, 2")] for name in tables]


async def test_an_earlier_merge_waits_for_the_later_one() -> None:
    await _topic("export", "csv")
    await _topic("login")
    first = await merge_tags(SYSTEM, "csv", "export")
    second = await merge_tags(SYSTEM, "export", "login")
    with pytest.raises(Conflict):
        await undo_tag_merge(SYSTEM, first)
    await undo_tag_merge(SYSTEM, second)
    await undo_tag_merge(SYSTEM, first)
    with pytest.raises(NotFound):
        await undo_tag_merge(SYSTEM, first)
    with pytest.raises(NotAllowed):
        await merge_tags(await make_person(Role.AGENT), "csv", "export")
