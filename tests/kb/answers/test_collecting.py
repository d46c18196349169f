"""Accepted posts and agents' replies become answers, and stop being answers when they no longer are."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from kb.answers.collecting import (
    collect_answer_of_message,
    collect_answer_of_post,
    collect_answers_of_messages,
    collect_answers_of_posts,
    collect_answers_of_topic,
)
from kb.answers.sweeping import sweep_uncollected_answers
from kb.core.clock import now
from kb.core.database import execute, fetch_all, fetch_one, fetch_value
from kb.core.policy import Role
from kb.tickets.answering import reply_to_ticket
from kb.tickets.splitting import split_ticket, take_back_change
from tests.support.answers_factories import (
    count_rows,
    make_answered_ticket,
    make_cluster,
    make_message,
    make_solved_topic,
    make_space,
)
from tests.support.factories import make_person
from tests.support.tickets_factories import make_ticket


async def read_answer(source_id: UUID) -> dict[str, object]:
    row = await fetch_one("select * from answer where source_id = $1", source_id)
    assert row is not None
    return dict(row)


async def test_an_accepted_post_becomes_an_answer_of_its_questions_cluster(db: str) -> None:
    cluster_id = await make_cluster()
    topic_id, post_id = await make_solved_topic(cluster_id=cluster_id, space_id=await make_space("members"))

    await collect_answer_of_post(post_id)

    answer = await read_answer(post_id)
    assert (answer["kind"], answer["parent_id"], answer["cluster_id"]) == ("post", topic_id, cluster_id)
    assert (answer["visibility"], answer["accepted"], answer["revision"]) == ("members", True, 1)
    assert answer["title"] == "The reset mail does not arrive"
    assert answer["excerpt"] == "Press Reset twice, then wait a minute."


async def test_collecting_twice_makes_one_answer_and_announces_it_once(db: str) -> None:
    _, post_id = await make_solved_topic()

    await collect_answer_of_post(post_id)
    await collect_answer_of_post(post_id)

    assert await count_rows("answer") == 1
    names = [row["name"] for row in await fetch_all("select name from outbox_message")]
    assert names == ["AnswerCollected"]


async def test_a_post_that_was_never_accepted_is_no_answer(db: str) -> None:
    _, post_id = await make_solved_topic(accepted=False)

    await collect_answer_of_post(post_id)

    assert await count_rows("answer") == 0


async def test_unaccepting_retires_and_accepting_again_revives(db: str) -> None:
    topic_id, post_id = await make_solved_topic()
    await collect_answer_of_post(post_id)

    await execute("update topic set accepted_post_id = null where id = $1", topic_id)
    await execute("update post set accepted_at = null where id = $1", post_id)
    await collect_answer_of_post(post_id)
    assert (await read_answer(post_id))["retired_at"] is not None

    await execute("update topic set accepted_post_id = $2 where id = $1", topic_id, post_id)
    await execute("update post set accepted_at = created_at where id = $1", post_id)
    await collect_answer_of_post(post_id)
    assert (await read_answer(post_id))["retired_at"] is None


async def test_hiding_a_topic_retires_its_answer_and_restoring_brings_it_back(db: str) -> None:
    topic_id, post_id = await make_solved_topic()
    await collect_answer_of_post(post_id)

    await execute("update topic set hidden_at = $2 where id = $1", topic_id, now())
    await collect_answers_of_topic(topic_id)
    assert (await read_answer(post_id))["retired_at"] is not None

    await execute("update topic set hidden_at = null where id = $1", topic_id)
    await collect_answers_of_topic(topic_id)
    assert (await read_answer(post_id))["retired_at"] is None


async def test_an_edited_answer_is_a_new_revision_and_a_renamed_topic_is_not(db: str) -> None:
    topic_id, post_id = await make_solved_topic()
    await collect_answer_of_post(post_id)

    await execute("update topic set title = 'Where is my reset mail' where id = $1", topic_id)
    await collect_answers_of_topic(topic_id)
    renamed = await read_answer(post_id)
    assert (renamed["title"], renamed["revision"]) == ("Where is my reset mail", 1)

    await execute("update post set body_html = '<p>Press it thrice.</p>' where id = $1", post_id)
    await collect_answers_of_topic(topic_id)
    edited = await read_answer(post_id)
    assert (edited["excerpt"], edited["revision"]) == ("Press it thrice.", 2)


async def test_an_agents_reply_becomes_a_private_answer(db: str) -> None:
    cluster_id = await make_cluster()
    ticket_id, message_id = await make_answered_ticket(cluster_id=cluster_id)

    await collect_answer_of_message(message_id)

    answer = await read_answer(message_id)
    assert (answer["kind"], answer["parent_id"], answer["cluster_id"]) == ("reply", ticket_id, cluster_id)
    assert (answer["visibility"], answer["accepted"]) == ("private", False)


async def test_notes_and_customers_messages_are_no_answers(db: str) -> None:
    ticket_id, _ = await make_answered_ticket()
    agent = await make_person(Role.AGENT)
    note = await make_message(ticket_id, agent, "note", "He has called before.")
    customer = await make_message(ticket_id, agent, "customer", "Thank you.")

    assert await collect_answers_of_messages([note, customer]) == 0
    assert await count_rows("answer") == 0


async def test_many_are_collected_at_once_without_announcing(db: str) -> None:
    posts = [(await make_solved_topic())[1] for _ in range(3)]

    assert await collect_answers_of_posts(posts) == 3
    assert await collect_answers_of_posts(posts) == 3

    assert await count_rows("answer") == 3
    assert await count_rows("outbox_message") == 0


async def test_the_sweep_finds_what_messages_missed(db: str) -> None:
    _, post_id = await make_solved_topic()
    _, message_id = await make_answered_ticket()
    topic_id, unaccepted_id = await make_solved_topic()
    await collect_answer_of_post(unaccepted_id)
    await execute("update topic set accepted_post_id = null where id = $1", topic_id)
    await execute("update post set accepted_at = null where id = $1", unaccepted_id)

    assert await sweep_uncollected_answers() == 3
    assert (await read_answer(post_id))["retired_at"] is None
    assert (await read_answer(message_id))["retired_at"] is None
    assert (await read_answer(unaccepted_id))["retired_at"] is not None

    assert await sweep_uncollected_answers() == 0


async def test_the_sweep_follows_a_space_whose_readers_changed(db: str) -> None:
    space_id = await make_space("public")
    _, post_id = await make_solved_topic(space_id=space_id)
    await collect_answer_of_post(post_id)

    await execute("update space set visibility = 'staff' where id = $1", space_id)
    await sweep_uncollected_answers()

    assert (await read_answer(post_id))["visibility"] == "staff"


async def test_a_reply_is_an_answer_of_the_ticket_it_was_split_into_and_of_the_old_one_once_that_is_taken_back(
    deliver_all: Callable[[], Awaitable[int]],
) -> None:
    agent, ines = await make_person(Role.AGENT), await make_person()
    ticket = await make_ticket(ines)
    asked = await reply_to_ticket(ines, ticket.id, "And invoices are sent twice every Monday.", "customer")
    replied = await reply_to_ticket(agent, ticket.id, "Switch off the old schedule of the invoices.")
    await deliver_all()
    assert (await read_answer(replied))["parent_id"] == ticket.id

    made = await split_ticket(agent, ticket.id, [asked, replied], subject="Invoices twice")
    await deliver_all()
    answer = await read_answer(replied)
    assert (answer["parent_id"], answer["title"]) == (made.id, "Invoices twice")
    cluster_id = await fetch_value("select cluster_id from question where source_id = $1", asked)
    assert answer["cluster_id"] == cluster_id is not None
    assert await count_rows("answer") == 1, "what customers write is none"

    await take_back_change(agent, await fetch_value("select id from ticket_change"))
    assert await sweep_uncollected_answers() == 1, "a message may get lost"
    assert (await read_answer(replied))["parent_id"] == ticket.id
    await deliver_all()
    assert (await read_answer(replied))["parent_id"] == ticket.id
    assert await count_rows("answer_use") == 1
