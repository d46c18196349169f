"""What a sent reply holds of the answers taken into it, however the agent got there."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.answers.inserting import Into, insert_answer
from kb.answers.noting_sent import KEPT, note_posted_answers, note_sent_answers, sweep_insertions
from kb.answers.ranking import list_answers
from kb.core.actor import SYSTEM, Actor
from kb.core.clock import clock_held_at, now
from kb.core.database import execute, fetch_all
from kb.core.errors import NotAllowed
from kb.core.policy import Role
from kb.forum.replying import reply_to_topic
from kb.text.likeness import share_changed
from kb.tickets.answering import reply_to_ticket
from kb.tickets.tables import Ticket
from tests.support.answers_factories import count_rows, make_answer, make_cluster
from tests.support.factories import make_person
from tests.support.forum_factories import make_topic
from tests.support.tickets_factories import make_ticket

RESET = "Open Settings, choose Security, press Reset and wait for the mail with the link in it."
REFUND = "The second charge goes back to your card within five working days from today on."


@pytest.fixture
async def agent(db: str) -> Actor:
    return await make_person(Role.AGENT)


async def read_sent() -> dict[UUID, float]:
    rows = await fetch_all("select answer_id, distance from answer_use where kind = 'edited_then_sent'")
    return {row["answer_id"]: row["distance"] for row in rows}


async def test_a_reply_tells_which_answers_it_holds_and_how_much_of_each_was_changed(agent: Actor) -> None:
    cluster_id = await make_cluster()
    reset, refund, dropped = [await make_answer(cluster_id) for _ in range(3)]
    ticket = await make_ticket()
    for answer_id, text in (
        (reset, RESET),
        (refund, REFUND),
        (dropped, "Ask the owner of your team to do that for you."),
    ):
        await insert_answer(agent, into=Into("ticket", ticket.id), answer_id=answer_id, text=text)
    assert await read_sent() == {}, "nothing was sent yet"

    body = f"Hello Ines!\n\nAbout the money: {REFUND}\n\nAnd {RESET.replace('mail', 'text message')}\n\nTom"
    message_id = await reply_to_ticket(agent, ticket.id, body)
    assert [await note_sent_answers(message_id) for _ in range(3)] == [3, 0, 0]

    sent = await read_sent()
    assert sent[refund] == 0
    assert 0 < sent[reset] < 0.15
    assert sent[dropped] == 1
    assert await count_rows("answer_insertion") == 0
    [row] = await fetch_all("select * from answer_use where answer_id = $1 and kind = 'edited_then_sent'", refund)
    requester = await Ticket.select(Ticket.requester_id).where(Ticket.id == ticket.id).first()
    assert (row["ticket_id"], row["message_id"], row["person_id"]) == (ticket.id, message_id, requester["requester_id"])


async def test_only_what_was_sent_counts_for_an_answer(agent: Actor) -> None:
    cluster_id = await make_cluster()
    sent, rewritten, kept_back = [await make_answer(cluster_id) for _ in range(3)]
    ticket = await make_ticket()
    for answer_id, text in ((sent, RESET), (rewritten, REFUND)):
        await insert_answer(agent, into=Into("ticket", ticket.id), answer_id=answer_id, text=text)
    await note_sent_answers(
        await reply_to_ticket(agent, ticket.id, f"{RESET} Your card was never charged twice, I looked.")
    )
    await insert_answer(agent, into=Into("ticket", ticket.id), answer_id=kept_back, text=RESET)
    await execute(
        "set session_replication_role = replica; update answer_use set created_at = created_at - interval '8 days'"
    )
    await execute("set session_replication_role = origin")

    ranked = {one.id: one for one in await list_answers(SYSTEM, [sent, rewritten, kept_back])}

    assert {one: ranked[one].used for one in ranked} == {sent: 1, rewritten: 0, kept_back: 0}
    assert (ranked[sent].why_at_the_desk, ranked[sent].why) == (
        "used in 1 ticket, 1 stayed solved",
        "used by 1 person, 1 stayed solved",
    )


async def test_another_agents_reply_and_a_note_settle_nothing_and_what_a_lost_message_left_is_swept(
    agent: Actor,
) -> None:
    answer_id, ticket = await make_answer(None), await make_ticket()
    await insert_answer(agent, into=Into("ticket", ticket.id), answer_id=answer_id, text=RESET)
    await note_sent_answers(await reply_to_ticket(await make_person(Role.AGENT), ticket.id, RESET))
    await note_sent_answers(await reply_to_ticket(agent, ticket.id, RESET, "note"))
    assert await read_sent() == {}

    await reply_to_ticket(agent, ticket.id, RESET)
    await execute("update answer_insertion set created_at = created_at - interval '2 minutes'")
    await sweep_insertions()
    await sweep_insertions()
    assert await read_sent() == {answer_id: 0}

    await insert_answer(agent, into=Into("ticket", ticket.id), answer_id=answer_id, text=RESET)
    await execute("update answer_insertion set created_at = $1", now() - KEPT - KEPT / 30)
    await sweep_insertions()
    assert await count_rows("answer_insertion") == 0, "a reply that was never sent is forgotten"
    assert await read_sent() == {answer_id: 0}


async def test_only_agents_insert(db: str) -> None:
    ticket, answer_id = await make_ticket(), await make_answer(None)

    with pytest.raises(NotAllowed):
        await insert_answer(
            await make_person(Role.MEMBER), into=Into("ticket", ticket.id), answer_id=answer_id, text=RESET
        )


WORDS = st.lists(st.sampled_from(["open", "the", "settings", "page", "and", "press", "reset", "twice"]), max_size=40)


@given(WORDS, WORDS, WORDS)
def test_distance_is_a_share_and_nothing_was_changed_of_what_stands_there_whole(
    inserted: list[str], before: list[str], after: list[str]
) -> None:
    text = " ".join(inserted)

    assert share_changed(text, " ".join(before) + "\n\n" + text.upper() + ". " + " ".join(after)) == 0
    assert 0 <= share_changed(text, " ".join(before)) <= 1
    assert share_changed(text, "") == (1 if inserted else 0)


async def test_a_reply_to_a_topic_tells_the_same_of_whoever_asked_there(agent: Actor) -> None:
    cluster_id = await make_cluster()
    reset, dropped = await make_answer(cluster_id), await make_answer(cluster_id)
    ines = await make_person()
    topic = await make_topic(ines)
    for answer_id, text in ((reset, RESET), (dropped, "Ask the owner of your team to do that for you.")):
        await insert_answer(agent, into=Into("topic", topic.id), answer_id=answer_id, text=text)
    [first] = await list_answers(SYSTEM, [reset])
    post_id = await reply_to_topic(agent, topic.id, f"Hello Ines!\n\n{RESET}")
    assert [await note_posted_answers(post_id) for _ in range(2)] == [2, 0]
    assert await note_posted_answers(await reply_to_topic(ines, topic.id, f"You mean: {RESET}")) == 0

    rows = await fetch_all(
        "select kind, person_id, topic_id, post_id, ticket_id from answer_use where answer_id = $1 order by created_at",
        reset,
    )
    assert [tuple(row.values()) for row in rows] == [
        ("inserted", ines.person_id, topic.id, None, None),
        ("edited_then_sent", ines.person_id, topic.id, post_id, None),
    ]
    assert (await read_sent())[dropped] == 1
    assert await count_rows("answer_insertion") == 0
    [after] = await list_answers(SYSTEM, [reset])
    assert (first.successes, after.successes) == (0, 0), "that it was sent says nothing before the week is over"
    with clock_held_at(now() + timedelta(days=8)):
        [later], [unsent] = await list_answers(SYSTEM, [reset]), await list_answers(SYSTEM, [dropped])
        assert (later.successes, unsent.successes) == (1, 0)


async def test_a_posted_reply_whose_message_was_lost_is_found_by_the_sweep(agent: Actor) -> None:
    answer_id, topic = await make_answer(await make_cluster()), await make_topic(await make_person())
    await insert_answer(agent, into=Into("topic", topic.id), answer_id=answer_id, text=RESET)
    await reply_to_topic(agent, topic.id, RESET)
    with clock_held_at(now() + timedelta(minutes=2)):
        assert await sweep_insertions() == 1
        assert await sweep_insertions() == 0
    assert (await read_sent())[answer_id] == 0
