"""Answers go where their questions go."""

from datetime import timedelta
from uuid import UUID

from kb.answers.collecting import collect_answer_of_message, collect_answer_of_post
from kb.answers.following import follow_all_questions, follow_question
from kb.answers.promoting import draft_article
from kb.answers.publishing import publish_article
from kb.answers.reviewing import submit_article
from kb.core.clock import now
from kb.core.database import execute, fetch_value
from kb.core.policy import Role
from tests.support.answers_factories import (
    ask_question,
    make_answered_ticket,
    make_cluster,
    make_message,
    make_solved_topic,
)
from tests.support.factories import make_person


async def cluster_of(source_id: UUID) -> UUID | None:
    found: UUID | None = await fetch_value("select cluster_id from answer where source_id = $1", source_id)
    return found


async def test_an_answer_joins_the_cluster_its_question_joins_later(db: str) -> None:
    topic_id, post_id = await make_solved_topic()
    await collect_answer_of_post(post_id)
    assert await cluster_of(post_id) is None

    cluster_id = await make_cluster()
    question_id = await fetch_value(
        "update question set cluster_id = $2 where parent_id = $1 returning id", topic_id, cluster_id
    )

    assert await follow_question(question_id) == 1
    assert await cluster_of(post_id) == cluster_id
    assert await follow_question(question_id) == 0


async def test_a_reply_belongs_to_the_problem_asked_last_before_it(db: str) -> None:
    first, second = await make_cluster("first"), await make_cluster("second")
    ticket_id, early_reply = await make_answered_ticket(cluster_id=first)
    agent, customer = await make_person(Role.AGENT), await make_person(Role.MEMBER)
    asked = await make_message(ticket_id, customer, "customer", "Another thing.", at=now() + timedelta(hours=1))
    await ask_question(
        ticket_id, kind="ticket", person=customer, cluster_id=second, source_id=asked, at=now() + timedelta(hours=1)
    )
    late_reply = await make_message(ticket_id, agent, "agent", "Then do that.", at=now() + timedelta(hours=2))

    await collect_answer_of_message(early_reply)
    await collect_answer_of_message(late_reply)

    assert await cluster_of(early_reply) == first
    assert await cluster_of(late_reply) == second


async def test_an_article_goes_with_the_answer_it_grew_from(db: str) -> None:
    before, after = await make_cluster("before"), await make_cluster("after")
    topic_id, post_id = await make_solved_topic(cluster_id=before)
    await collect_answer_of_post(post_id)
    agent = await make_person(Role.AGENT)
    drafted = await draft_article(agent, await fetch_value("select id from answer where source_id = $1", post_id))
    await submit_article(agent, drafted.id)
    await publish_article(agent, drafted.id, revision=1)
    assert await cluster_of(drafted.id) == before

    await execute("update question set cluster_id = $2 where parent_id = $1", topic_id, after)
    await follow_all_questions()

    assert await cluster_of(post_id) == after
    assert await cluster_of(drafted.id) == after
    assert await fetch_value("select cluster_id from article where id = $1", drafted.id) == after


async def test_an_article_of_a_merged_cluster_belongs_to_the_one_that_took_it_in(db: str) -> None:
    old, middle, alive = await make_cluster("old"), await make_cluster("middle"), await make_cluster("alive")
    _, post_id = await make_solved_topic(cluster_id=old)
    await collect_answer_of_post(post_id)
    agent = await make_person(Role.AGENT)
    drafted = await draft_article(agent, await fetch_value("select id from answer where source_id = $1", post_id))
    await submit_article(agent, drafted.id)
    await publish_article(agent, drafted.id, revision=1)
    await execute("update cluster set merged_into = $2 where id = $1", old, middle)
    await execute("update cluster set merged_into = $2 where id = $1", middle, alive)

    assert await follow_all_questions() == 1

    assert await cluster_of(drafted.id) == alive
