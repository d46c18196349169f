"""A newcomer's first posts wait for a moderator, and until then nobody else sees a trace of them."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from kb.core.actor import ANONYMOUS, SYSTEM, Actor
from kb.core.database import execute, fetch_value
from kb.core.errors import NotFound
from kb.core.policy import Role
from kb.core.trust import Trust
from kb.forum.asking import AskedTopic, NewTopic, ask_topic
from kb.forum.queries import TopicFilter, get_topic_page, list_topics, locate_post
from kb.forum.replying import reply_to_topic
from kb.forum.spaces import find_space
from kb.forum.tags import list_tags
from kb.moderation.deciding import Verdict, decide, undo_decision
from kb.moderation.outcomes import get_outcome
from kb.moderation.queries import QueueFilter, list_queue
from kb.moderation.queueing_screened import sweep_screened
from kb.screening.rules import Screen
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_space, make_topic
from tests.support.moderation_factories import question_of, waiting_item
from tests.support.notices_factories import notices_of

pytestmark = pytest.mark.usefixtures("db")
Deliver = Callable[[], Awaitable[int]]

FIRST = Screen(first_posts=1)
READERS = (Role.MEMBER, Role.AGENT)


async def make_newcomer(name: str = "") -> Actor:
    return await make_person(name=name, trust=Trust.NEWCOMER)


async def ask_first(person: Actor, title: str = "The export stops early", tags: tuple[str, ...] = ()) -> AskedTopic:
    await make_space()
    return await ask_topic(person, NewTopic("help", title, "It stops at 100 rows.", tags=tags), screen=FIRST)


async def moderate(post: UUID, decision: str, told: str = "") -> UUID:
    return await decide(await make_person(Role.MODERATOR), await waiting_item(post), Verdict(decision, told))


async def test_a_held_question_is_seen_by_its_writer_and_leaves_others_no_trace(deliver_all: Deliver) -> None:
    newcomer, watcher = await make_newcomer(), await make_person(Role.AGENT)
    await make_space("other")
    tagged = await ask_topic(
        await make_person(Role.AGENT), NewTopic("other", "Tagged long ago", "Text.", tags=("export",))
    )
    held = await ask_first(newcomer, tags=("export",))
    await deliver_all()

    assert held.is_waiting
    assert (await get_topic_page(newcomer, held.number)).topic.is_hidden
    for role in READERS:
        reader = await make_person(role)
        with pytest.raises(NotFound):
            await get_topic_page(reader, held.number)
    with pytest.raises(NotFound) as stranger:
        await get_topic_page(ANONYMOUS, held.number)
    assert type(stranger.value) is NotFound  # not Gone: it never stood there
    space = await find_space(SYSTEM, "help")
    assert space is not None
    assert space.topic_count == 0
    assert [row.number for row in (await list_topics(watcher, TopicFilter())).topics] == [tagged.number]
    assert [tag.topic_count for tag in await list_tags(watcher)] == [1]
    assert await fetch_value("select count(*) from question where parent_id = $1", held.id) == 0
    assert await notices_of(watcher) == []


async def test_what_is_approved_is_asked_as_if_it_had_just_been_written(deliver_all: Deliver) -> None:
    newcomer = await make_newcomer()
    held = await ask_first(newcomer)
    await deliver_all()
    await execute(
        "update topic set created_at = created_at - interval '3 days', last_posted_at = now() - interval '3 days'"
    )
    await make_topic(title="Asked meanwhile by somebody else")
    await moderate(await question_of(held), "keep")
    await deliver_all()

    rows = (await list_topics(ANONYMOUS, TopicFilter())).topics
    assert rows[0].number == held.number
    assert await fetch_value("select count(*) from question where parent_id = $1", held.id) == 1
    space = await find_space(SYSTEM, "help")
    assert space is not None
    assert space.topic_count == 2
    assert [notice.kind for notice in await notices_of(newcomer)] == ["review"]


async def test_a_held_reply_moves_no_count_until_it_is_approved_and_then_stands_last(deliver_all: Deliver) -> None:
    asker, newcomer = await make_person(Role.AGENT), await make_newcomer("New Here")
    topic = await make_topic(asker)
    held = await reply_to_topic(newcomer, topic.id, "Try turning it off.", screen=FIRST)
    await deliver_all()
    assert (await get_topic_page(asker, topic.number)).topic.replies == 0
    assert [reply.id for reply in (await get_topic_page(newcomer, topic.number)).replies] == [held]
    assert (await locate_post(newcomer, held)).number == topic.number
    assert await notices_of(asker) == []

    later = await make_reply(topic)
    await moderate(held, "keep")
    await deliver_all()
    page = await get_topic_page(ANONYMOUS, topic.number)
    assert [reply.id for reply in page.replies] == [later, held]
    assert page.topic.replies == 2
    assert "New Here" in [notice.actor for notice in await notices_of(asker)]


async def test_what_is_rejected_is_told_to_its_writer_with_the_reason(deliver_all: Deliver) -> None:
    newcomer = await make_newcomer()
    held = await ask_first(newcomer)
    await deliver_all()
    decision = await moderate(await question_of(held), "hide", "No selling here.")
    await deliver_all()

    outcome = await get_outcome(newcomer, decision)
    assert (outcome.told, outcome.was_held, outcome.path) == ("No selling here.", True, "")
    assert "100 rows" in outcome.html
    with pytest.raises(NotFound):
        await get_topic_page(newcomer, held.number)
    with pytest.raises(NotFound) as stranger:
        await get_topic_page(ANONYMOUS, held.number)
    assert type(stranger.value) is NotFound


@pytest.mark.parametrize("decision", ["keep", "hide"])
async def test_either_decision_is_taken_back_and_it_waits_again(decision: str, deliver_all: Deliver) -> None:
    newcomer, moderator = await make_newcomer(), await make_person(Role.MODERATOR)
    held = await ask_first(newcomer)
    await deliver_all()
    post = await question_of(held)
    decided = await decide(moderator, await waiting_item(post), Verdict(decision))
    await deliver_all()
    await undo_decision(moderator, decided)
    await deliver_all()

    (item,) = (await list_queue(moderator, QueueFilter("first_post"))).items
    assert (item.post_id, item.is_held, item.sources) == (post, True, ["first_post"])
    assert (await list_topics(ANONYMOUS, TopicFilter())).topics == []
    assert (await get_topic_page(newcomer, held.number)).topic.is_hidden
    await decide(moderator, item.id, Verdict("keep"))
    await deliver_all()
    assert [row.number for row in (await list_topics(ANONYMOUS, TopicFilter())).topics] == [held.number]
    assert [notice.kind for notice in await notices_of(newcomer)] == ["review"]


async def test_only_so_many_posts_of_newcomers_wait_and_none_of_anybody_elses(deliver_all: Deliver) -> None:
    newcomer = await make_newcomer()
    first = await ask_first(newcomer)
    await deliver_all()
    second = await ask_first(newcomer, "Another while the first one waits")
    assert second.is_waiting
    await moderate(await question_of(first), "keep")
    assert not (await ask_first(newcomer, "A third, after the first was approved")).is_waiting
    assert not (await ask_first(await make_person(), "By somebody who has read a while")).is_waiting
    assert not (await ask_first(await make_person(Role.AGENT), "By somebody of the staff")).is_waiting
    assert not (await ask_topic(await make_newcomer(), NewTopic("help", "Where nothing is held", "Text."))).is_waiting


async def test_a_form_sent_twice_waits_once() -> None:
    newcomer = await make_newcomer()
    assert await ask_first(newcomer) == await ask_first(newcomer)
    topic = await make_topic()
    posts = {await reply_to_topic(newcomer, topic.id, "The same words.", screen=FIRST) for _ in range(2)}
    assert len(posts) == 1


async def test_a_lost_message_is_made_good_and_the_queue_holds_each_once() -> None:
    held = await ask_first(await make_newcomer())
    assert await sweep_screened() == 1
    assert await sweep_screened() == 0
    assert await waiting_item(await question_of(held))
