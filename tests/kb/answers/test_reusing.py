"""The ledger takes what happened, for answers one may read, and nothing else."""

from datetime import timedelta
from typing import Any

import pytest

from kb.answers.asking_again import record_asking_again
from kb.answers.collecting import collect_answer_of_message
from kb.answers.reusing import clean_page, record_insertion, record_reopening, record_shown, record_use
from kb.core.actor import ANONYMOUS
from kb.core.clock import now
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.errors import Invalid, NotAllowed, NotFound
from kb.core.ids import new_id
from kb.core.policy import Role
from tests.support.answers_factories import (
    ask_question,
    count_rows,
    make_answer,
    make_answered_ticket,
    make_cluster,
    use_answer,
)
from tests.support.factories import make_person


async def test_a_use_keeps_revision_cluster_and_page(db: str) -> None:
    cluster_id = await make_cluster()
    answer_id = await make_answer(cluster_id, revision=3)
    person = await make_person()

    use_id = await record_use(
        person, answer_id=answer_id, kind="opened", surface="widget", page_url="https://a.example/pay?token=x#y"
    )

    row = (await fetch_all("select * from answer_use"))[0]
    assert (row["id"], row["revision"], row["cluster_id"], row["person_id"]) == (
        use_id,
        3,
        cluster_id,
        person.person_id,
    )
    assert (row["kind"], row["surface"], row["page_url"]) == ("opened", "widget", "https://a.example/pay")


async def test_only_saying_solved_is_announced(db: str) -> None:
    answer_id, person = await make_answer(None), await make_person()

    await record_use(person, answer_id=answer_id, kind="opened", surface="ask")
    assert await count_rows("outbox_message") == 0

    use_id = await record_use(person, answer_id=answer_id, kind="said_solved", surface="ask")
    assert await fetch_value("select payload->>'use_id' from outbox_message where name = 'AnswerUsed'") == str(use_id)


@pytest.mark.parametrize(
    ("role", "visibility", "may"),
    [
        (Role.ANONYMOUS, "public", True),
        (Role.ANONYMOUS, "members", False),
        (Role.MEMBER, "members", True),
        (Role.MEMBER, "staff", False),
        (Role.MODERATOR, "staff", True),
        (Role.MODERATOR, "private", False),
        (Role.AGENT, "private", True),
    ],
)
async def test_an_answer_one_may_not_read_is_not_there_to_be_used(
    db: str, role: Role, visibility: str, may: bool
) -> None:
    answer_id = await make_answer(None, visibility=visibility)
    actor = ANONYMOUS if role is Role.ANONYMOUS else await make_person(role)

    assert await record_shown(actor, [answer_id], "search", visitor="v1") == int(may)
    if may:
        await record_use(actor, answer_id=answer_id, kind="opened", surface="search", visitor="v1")
    else:
        with pytest.raises(NotFound):
            await record_use(actor, answer_id=answer_id, kind="opened", surface="search", visitor="v1")

    assert await count_rows("answer_use") == 2 * int(may)


async def test_a_retired_answer_is_not_used(db: str) -> None:
    answer_id, person = await make_answer(None), await make_person()
    await execute("update answer set retired_at = $2 where id = $1", answer_id, now())

    with pytest.raises(NotFound):
        await record_use(person, answer_id=answer_id, kind="opened", surface="ask")


async def test_the_one_who_asked_a_ticket_may_say_its_reply_solved_it(db: str) -> None:
    requester, stranger = await make_person(), await make_person()
    _, message_id = await make_answered_ticket(requester=requester)
    await collect_answer_of_message(message_id)
    answer_id = await fetch_value("select id from answer")

    await record_use(requester, answer_id=answer_id, kind="said_solved", surface="desk")
    with pytest.raises(NotFound):
        await record_use(stranger, answer_id=answer_id, kind="said_solved", surface="desk")


async def test_an_insertion_counts_for_the_customer_who_received_it(db: str) -> None:
    answer_id, agent, customer = await make_answer(None), await make_person(Role.AGENT), await make_person()
    assert customer.person_id is not None

    await record_insertion(agent, answer_id=answer_id, received_by=customer.person_id)
    assert await fetch_value("select person_id from answer_use where kind = 'inserted'") == customer.person_id

    with pytest.raises(NotAllowed):
        await record_insertion(customer, answer_id=answer_id, received_by=customer.person_id)


async def test_many_shown_answers_are_one_statement(db: str, statements: list[str]) -> None:
    answers, person = [await make_answer(None) for _ in range(5)], await make_person()
    statements.clear()

    assert await record_shown(person, answers, "ask") == 5

    assert len([sql for sql in statements if "answer_use" in sql]) == 1
    assert await record_shown(person, [], "ask") == 0


@pytest.mark.parametrize(("kind", "surface", "field"), [("liked", "ask", "kind"), ("opened", "billboard", "surface")])
async def test_words_the_ledger_does_not_know_are_refused(db: str, kind: Any, surface: Any, field: str) -> None:
    answer_id, person = await make_answer(None), await make_person()

    with pytest.raises(Invalid) as refused:
        await record_use(person, answer_id=answer_id, kind=kind, surface=surface)

    assert list(refused.value.fields) == [field]


async def test_nobody_at_all_cannot_use_an_answer(db: str) -> None:
    answer_id = await make_answer(None)

    with pytest.raises(Invalid, match="Nobody"):
        await record_use(ANONYMOUS, answer_id=answer_id, kind="opened", surface="ask")


def test_a_page_is_kept_without_what_may_be_secret() -> None:
    assert clean_page("https://a.example/x?key=1#top") == "https://a.example/x"
    assert clean_page("") is None
    assert clean_page("?only=query") is None


async def test_a_reopened_ticket_tells_against_its_reply_and_against_what_was_inserted_once_each(db: str) -> None:
    requester, agent = await make_person(), await make_person(Role.AGENT)
    cluster_id = await make_cluster()
    elsewhere = await make_answer(cluster_id)
    ticket_id, message_id = await make_answered_ticket(cluster_id=cluster_id, requester=requester)
    await collect_answer_of_message(message_id)
    reply = await fetch_value("select id from answer where source_id = $1", message_id)
    await record_insertion(agent, answer_id=elsewhere, received_by=requester.person_id)
    await record_insertion(agent, answer_id=elsewhere, received_by=(await make_person()).person_id)

    assert await record_reopening(ticket_id) == 2
    assert await record_reopening(ticket_id) == 0

    rows = await fetch_all("select answer_id, person_id from answer_use where kind = 'reopened'")
    assert {tuple(row) for row in rows} == {(reply, requester.person_id), (elsewhere, requester.person_id)}


@pytest.mark.parametrize(
    ("kind", "surface"), [("chat", "assistant"), ("topic", "ask"), ("ticket", "desk"), ("help", "widget")]
)
async def test_asking_again_is_told_of_where_it_was_asked(db: str, kind: str, surface: str) -> None:
    cluster_id, person = await make_cluster(), await make_person()
    answer_id = await make_answer(cluster_id)
    await use_answer(answer_id, person, "opened", ago=timedelta(days=2))
    question_id = await ask_question(new_id(), kind=kind, person=person, cluster_id=cluster_id)

    assert await record_asking_again(question_id) == 1
    assert await fetch_value("select surface from answer_use where kind = 're_asked'") == surface
