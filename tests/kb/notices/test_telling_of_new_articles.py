"""Everybody who asked what an article answers is told once that there is one: in topics those who follow, of tickets those it concerns."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import pytest

from jobs.delivering import deliver
from jobs.tools import Tools
from kb.answers.collecting import collect_answer_of_message
from kb.answers.drafting import NewArticle, write_article
from kb.answers.promoting import draft_article
from kb.answers.publishing import archive_article, publish_article, restore_article
from kb.answers.reviewing import submit_article
from kb.answers.revising import Revision, revise_article
from kb.core.actor import Actor
from kb.core.clock import clock_held_at, now
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.policy import Role
from kb.notices.sweeping import sweep_untold
from kb.notices.wording import headline_of
from tests.support.answers_factories import (
    ask_question,
    make_answered_ticket,
    make_cluster,
    make_solved_topic,
    make_space,
    use_answer,
)
from tests.support.factories import make_person
from tests.support.notices_factories import forget_outbox, notices_of, told
from tests.support.tickets_factories import make_ticket


@pytest.fixture
async def agent(db: str) -> Actor:
    return await make_person(Role.AGENT, name="Ada Lind")


async def ask_ticket(cluster_id: UUID, name: str) -> tuple[Actor, UUID]:
    """An open ticket of the cluster that nobody has answered."""
    person = await make_person(name=name)
    opened = await make_ticket(person)
    await execute("delete from question where parent_id = $1", opened.id)
    await ask_question(opened.id, kind="ticket", person=person, cluster_id=cluster_id, source_id=opened.id)
    return person, opened.id


async def answered(cluster_id: UUID, name: str) -> tuple[Actor, UUID]:
    """A ticket of the cluster that an agent replied to; returns its requester and the answer."""
    person = await make_person(name=name)
    _, message_id = await make_answered_ticket(
        cluster_id=cluster_id, requester=person, answer="Press Reset and wait a minute."
    )
    await collect_answer_of_message(message_id)
    return person, await fetch_value("select id from answer where source_id = $1", message_id)


async def publish(agent: Actor, article_id: UUID, revision: int = 1) -> None:
    await submit_article(agent, article_id)
    await publish_article(agent, article_id, revision=revision)


async def test_those_whom_it_concerns_are_told_once_whatever_is_delivered_again(
    agent: Actor, tools: Tools, deliver_all: Callable[[], Awaitable[int]]
) -> None:
    cluster_id = await make_cluster()
    topic_id, _ = await make_solved_topic(cluster_id=cluster_id)
    asker = await fetch_value("select author_id from topic where id = $1", topic_id)
    muting, watching = await make_person(), await make_person()
    await execute(
        "insert into watch (person_id, kind, target_id, level, created_at) values ($1, 'topic', $3, 'muted', now()),"
        " ($2, 'topic', $3, 'watching', now())",
        muting.person_id,
        watching.person_id,
        topic_id,
    )
    await execute(
        "insert into topic_follower (topic_id, person_id, created_at) values ($1, $2, now())", topic_id, asker
    )
    whose, answer_id = await answered(cluster_id, "Ines Duarte")
    given, _ = await answered(cluster_id, "Given Later")
    otherwise, _ = await answered(cluster_id, "Helped Otherwise")
    waiting, _ = await ask_ticket(cluster_id, "Still Waiting")
    await use_answer(answer_id, given, "inserted", ago=timedelta(seconds=-1))
    elsewhere, _ = await ask_ticket(await make_cluster(), "Other Problem")

    drafted = await draft_article(agent, answer_id)
    await publish(agent, drafted.id)
    published = [r["id"] for r in await fetch_all("select id from outbox_message where name = 'ArticlePublished'")]
    await asyncio.gather(*(deliver(published[0], tools, worker=f"w{n}") for n in range(10)))
    await execute("delete from outbox_delivery")
    await execute("update outbox_message set done_at = null, leased_until = null, leased_by = null, attempts = 0")
    await deliver_all()

    title = await fetch_value("select title from article")
    for person in (watching, whose, given, waiting):
        assert [one for one in await told(person) if one[0] == "published"] == [("published", title)], person.name
    assert await fetch_value("select count(*) from notice where kind = 'published' and person_id = $1", asker) == 1
    for person in (muting, otherwise, elsewhere, agent):
        assert [one for one in await told(person) if one[0] == "published"] == [], person.name
    (notice,) = [one for one in await notices_of(waiting) if one.kind == "published"]
    assert headline_of(notice) == f"There is an article now: {title}"
    assert notice.path == f"/kb/{drafted.number}/{drafted.slug}"


async def test_a_later_revision_a_restored_and_an_imported_article_are_no_news(
    agent: Actor, deliver_all: Callable[[], Awaitable[int]]
) -> None:
    cluster_id = await make_cluster()
    person, _ = await ask_ticket(cluster_id, "First Asker")
    made = await write_article(agent, NewArticle("How to reset it", "Press it.", cluster_id=cluster_id))
    await publish(agent, made.id)
    await deliver_all()
    late, _ = await ask_ticket(cluster_id, "Asked Since")
    await revise_article(agent, made.id, Revision("How to reset it", "Press it twice.", 1))
    await publish_article(agent, made.id, revision=2)
    await archive_article(agent, made.id)
    await restore_article(agent, made.id)
    await publish(agent, made.id, 2)
    brought = await write_article(
        agent, NewArticle("Brought along", "Text.", cluster_id=cluster_id, source="demo", source_id="a")
    )
    await publish(agent, brought.id)
    await deliver_all()
    assert await fetch_all("select person_id from notice where kind = 'published'") == [(person.person_id,)]
    assert await told(late) == []
    with clock_held_at(now() + timedelta(days=40)):
        await sweep_untold()
        await revise_article(agent, made.id, Revision("How to reset it", "Press it thrice.", 2))
        await publish_article(agent, made.id, revision=3)
        await deliver_all()
    assert await told(late) == []


async def test_who_may_not_read_the_article_hears_nothing_and_a_lost_message_is_made_good(agent: Actor) -> None:
    cluster_id = await make_cluster()
    member, _ = await ask_ticket(cluster_id, "A Member")
    staff = await write_article(agent, NewArticle("For staff alone", "Text.", "staff", cluster_id=cluster_id))
    await publish(agent, staff.id)
    hidden = await make_space("staff")
    await make_solved_topic(cluster_id=cluster_id, space_id=hidden, author=member)
    known = await write_article(agent, NewArticle("For everybody", "Text.", cluster_id=cluster_id))
    await publish(agent, known.id)
    await forget_outbox()
    with clock_held_at(now() + timedelta(minutes=5)):
        await sweep_untold()
        await sweep_untold()
    assert await told(member) == [("published", "For everybody")]
    await archive_article(agent, known.id)
    assert await told(member) == []
