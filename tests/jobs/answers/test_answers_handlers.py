"""From what people do in the forum and at the desk to answers, through the outbox."""

from collections.abc import Awaitable, Callable

import pytest

from jobs.handlers.answers import HANDLERS
from jobs.schedule import SCHEDULE
from jobs.tools import Tools
from kb.answers.messages import AnswerCollected
from kb.clusters.messages import QuestionClustered
from kb.core.actor import SYSTEM
from kb.core.database import execute, fetch_one, fetch_value
from kb.core.messages import Message
from kb.core.policy import Role
from kb.core.unit_of_work import unit_of_work
from kb.forum.accepting import accept_post, unaccept_post
from kb.forum.hiding import hide_topic
from kb.imports.messages import AnswersImported, TicketsImported
from kb.tickets.answering import reply_to_ticket
from tests.support.answers_factories import count_rows, make_answered_ticket, make_cluster, make_solved_topic
from tests.support.factories import make_person
from tests.support.tickets_factories import make_ticket


async def hear(tools: Tools, item: Message) -> None:
    """Run this room's handlers alone, twice: a message may come again."""
    for _ in range(2):
        for handler in HANDLERS[type(item)]:
            await handler(tools, item)


async def test_accepting_collects_and_unaccepting_retires(
    deliver_all: Callable[[], Awaitable[int]], tools: Tools
) -> None:
    _, post_id = await make_solved_topic(accepted=False)
    staff = await make_person(Role.AGENT)

    await accept_post(staff, post_id)
    await deliver_all()
    assert await fetch_value("select source_id from answer where retired_at is null") == post_id

    await unaccept_post(staff, post_id)
    await deliver_all()
    assert await fetch_value("select retired_at is not null from answer")


async def test_a_hidden_topic_offers_no_answer(deliver_all: Callable[[], Awaitable[int]]) -> None:
    topic_id, post_id = await make_solved_topic(accepted=False)
    await accept_post(await make_person(Role.AGENT), post_id)
    await hide_topic(await make_person(Role.MODERATOR), topic_id)

    await deliver_all()

    assert await count_rows("answer where retired_at is null") == 0


async def test_an_agents_reply_is_collected_and_a_note_is_not(deliver_all: Callable[[], Awaitable[int]]) -> None:
    ticket, agent = await make_ticket(), await make_person(Role.AGENT)

    reply_id = await reply_to_ticket(agent, ticket.id, "Switch **Send copies** off.", kind="agent")
    await reply_to_ticket(agent, ticket.id, "They have called before.", kind="note")
    await deliver_all()

    row = await fetch_one("select source_id, visibility from answer")
    assert row is not None
    assert tuple(row) == (reply_id, "private")
    assert await count_rows("answer") == 1


async def test_imports_are_collected_by_the_batch(tools: Tools, db: str) -> None:
    _, post_id = await make_solved_topic()
    _, message_id = await make_answered_ticket()

    await hear(tools, AnswersImported(post_ids=[post_id]))
    await hear(tools, TicketsImported(customer_messages=[], agent_messages=[message_id]))

    assert await count_rows("answer") == 2


async def test_an_answer_follows_its_question(tools: Tools, db: str) -> None:
    topic_id, post_id = await make_solved_topic()
    await hear(tools, AnswersImported(post_ids=[post_id]))
    cluster_id = await make_cluster()
    question_id = await fetch_value("select id from question where parent_id = $1", topic_id)
    await execute("update question set cluster_id = $2 where id = $1", question_id, cluster_id)

    await hear(tools, QuestionClustered(question_id=question_id, cluster_id=cluster_id))

    assert await fetch_value("select cluster_id from answer") == cluster_id


async def test_messages_nobody_hears_do_no_harm(deliver_all: Callable[[], Awaitable[int]]) -> None:
    async with unit_of_work(SYSTEM) as unit:
        unit.emit(AnswerCollected(answer_id=await make_cluster()))

    assert await deliver_all() == 1


@pytest.mark.parametrize("name", ["sweep_answers", "sweep_answers_clusters"])
async def test_the_sweeps_are_in_the_schedule_and_run(tools: Tools, db: str, name: str) -> None:
    _, post_id = await make_solved_topic()
    (item,) = [one for one in SCHEDULE if one.name == name]

    await item.run(tools)

    assert await count_rows("answer") == (1 if name == "sweep_answers" else 0), post_id
