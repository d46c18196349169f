"""What agents write again and again is one answer, and is proposed as a macro once; who decides, decides for good."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from kb.answers.collecting import collect_answers_of_messages
from kb.answers.collecting_macros import collect_answer_of_macro
from kb.answers.inserting import Into, insert_answer
from kb.answers.macro_proposals import (
    MacroProposal,
    accept_macro,
    count_macro_proposals,
    dismiss_macro,
    list_macro_proposals,
    propose_macros,
)
from kb.answers.noting_sent import note_sent_answers
from kb.answers.ranking import list_answers_of_cluster
from kb.answers.recognising import recognise_copies
from kb.answers.rules import UNUSED_RANKED
from kb.answers.sweeping import sweep_uncollected_macros
from kb.core.actor import ANONYMOUS, SYSTEM, Actor
from kb.core.clock import now
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.errors import Conflict, Invalid, NotAllowed, NotFound
from kb.core.policy import Role
from kb.macros.queries import get_macro
from kb.macros.writing import archive_macro, edit_macro
from kb.tickets.answering import reply_to_ticket
from tests.support.answers_factories import (
    ask_question,
    make_answered_ticket,
    make_cluster,
    make_published_article,
    use_answer,
)
from tests.support.factories import make_person

RESET = "To reset your password, open Settings, choose Security and press Reset. We send a link that is good for 30 minutes."
DEVICE = RESET.replace("your password", "your 2FA device")


async def answer_tickets(cluster_id: UUID, *bodies: str, days: int = 30) -> list[UUID]:
    """A ticket of another customer for each reply, answered so many days ago and collected; returns the replies."""
    replies = []
    for body in bodies:
        _, message_id = await make_answered_ticket(answer=body, cluster_id=cluster_id)
        replies.append(message_id)
    await execute("update ticket_message set created_at = created_at - make_interval(days => $1)", days)
    await execute("update question set asked_at = asked_at - make_interval(days => $1)", days)
    await collect_answers_of_messages(replies)
    return replies


def greeted(*names: str, body: str = RESET) -> list[str]:
    return [f"Hello {name},\n\n{body}\n\nKind regards\nTom" for name in names]


@pytest.fixture
async def cluster_id(db: str) -> UUID:
    return await make_cluster()


@pytest.fixture
async def agent(db: str) -> Actor:
    return await make_person(Role.AGENT)


async def only_proposal(agent: Actor) -> MacroProposal:
    [proposal] = await list_macro_proposals(agent)
    return proposal


async def test_copies_are_judged_as_one_answer_by_the_tickets_they_were_sent_in(cluster_id: UUID) -> None:
    first, *_ = await answer_tickets(cluster_id, *greeted("Ines", "Ines", "Ines"), DEVICE)

    assert await recognise_copies() == 2
    assert await recognise_copies() == 0
    assert [
        (one.copies, one.used, one.why_at_the_desk) for one in await list_answers_of_cluster(SYSTEM, cluster_id)
    ] == [
        (3, 3, "used in 3 tickets, 3 stayed solved"),
        (1, 0, "new: not yet used"),
    ]

    asker = await fetch_value(
        "select requester_id from ticket t join ticket_message m on m.ticket_id = t.id where m.id = $1", first
    )
    again = Actor(role=Role.MEMBER, person_id=asker)
    await ask_question(cluster_id, kind="topic", person=again, cluster_id=cluster_id, at=now() - timedelta(days=29))
    [best, _] = await list_answers_of_cluster(SYSTEM, cluster_id)
    assert best.why_at_the_desk == "used in 3 tickets, 2 stayed solved"


async def test_many_replies_written_once_do_not_crowd_out_what_was_used(cluster_id: UUID) -> None:
    used, *_ = await answer_tickets(
        cluster_id, "The one that helped.", *(f"Reply number {n}." for n in range(UNUSED_RANKED + 5))
    )
    answer_id = await fetch_value("select id from answer where source_id = $1", used)
    await execute("update answer set created_at = created_at - interval '9 days' where id = $1", answer_id)
    await use_answer(answer_id, "a visitor")

    found = await list_answers_of_cluster(SYSTEM, cluster_id, 1_000)

    assert (len(found), found[0].id) == (UNUSED_RANKED + 1, answer_id)


async def test_a_copy_in_another_cluster_is_another_answer_until_it_comes_here(cluster_id: UUID) -> None:
    elsewhere = await make_cluster("elsewhere")
    await answer_tickets(cluster_id, *greeted("Ines"))
    [moving] = await answer_tickets(elsewhere, *greeted("Ines"))
    assert await recognise_copies() == 0

    for there, answers in ((cluster_id, (1, 0)), (elsewhere, (1, 1))):
        await execute("update answer set cluster_id = $2 where source_id = $1", moving, there)
        await recognise_copies()
        assert tuple([len(await list_answers_of_cluster(SYSTEM, one)) for one in (cluster_id, elsewhere)]) == answers


async def test_two_workers_at_once_point_at_one_first(cluster_id: UUID) -> None:
    await answer_tickets(cluster_id, *greeted(*["Ines"] * 12))

    await asyncio.gather(*(recognise_copies() for _ in range(4)))

    rows = await fetch_all("select id, same_as from answer")
    firsts = {row["same_as"] for row in rows if row["same_as"]}
    assert len(firsts) == 1
    assert [row["id"] for row in rows if row["same_as"] is None] == list(firsts)


async def test_what_three_customers_were_written_is_proposed_once_and_grows_with_its_copies(
    cluster_id: UUID, agent: Actor
) -> None:
    await answer_tickets(cluster_id, *greeted("Ines", "Ines"), DEVICE)
    await recognise_copies()
    assert await propose_macros() == 0, "twice may be chance"

    await answer_tickets(cluster_id, *greeted("Ines"))
    await recognise_copies()
    await asyncio.gather(*(propose_macros() for _ in range(4)))
    proposal = await only_proposal(agent)
    assert (proposal.copies, proposal.agents, proposal.cluster_label) == (3, 3, "reset mail does not arrive")
    assert proposal.body == f"Hello {{{{requester.first_name}}}},\n\n{RESET}"

    await answer_tickets(cluster_id, *greeted("Ines", body=RESET.replace("30", "45")))
    await recognise_copies()
    await propose_macros()
    grown = await only_proposal(agent)
    assert (grown.id, grown.copies) == (proposal.id, 4)
    assert "{{fill: number}} minutes" in grown.body
    assert await propose_macros() == 0


async def test_a_macro_that_was_accepted_stands_for_its_copies_with_their_record(
    cluster_id: UUID, agent: Actor
) -> None:
    await answer_tickets(cluster_id, *greeted("Ines", "Ines", "Ines"))
    await recognise_copies()
    await propose_macros()
    proposal = await only_proposal(agent)

    with pytest.raises(Invalid):
        await accept_macro(agent, proposal.id, name="Reset", body="Hello {{nobody}}")
    assert await count_macro_proposals(agent) == 1, "a refusal decides nothing"
    macro_id = await accept_macro(agent, proposal.id, name="Reset", body=proposal.body)
    with pytest.raises(Conflict):
        await accept_macro(agent, proposal.id, name="Reset again", body=proposal.body)
    with pytest.raises(Conflict):
        await dismiss_macro(agent, proposal.id)

    assert (await get_macro(agent, macro_id)).name == "Reset"
    [best] = await list_answers_of_cluster(SYSTEM, cluster_id)
    assert (best.kind, best.title, best.copies, best.successes) == ("macro", "Reset", 3, 3)
    assert best.why_at_the_desk == "used in 3 tickets, 3 stayed solved"

    await edit_macro(agent, macro_id, name="Reset", body="Press Reset twice.")
    await collect_answer_of_macro(macro_id)
    [edited] = await list_answers_of_cluster(SYSTEM, cluster_id)
    assert (edited.revision, edited.successes, edited.earlier_successes) == (2, 0, 3)
    assert 0 < edited.score < best.score

    await archive_macro(agent, macro_id)
    assert [await sweep_uncollected_macros() for _ in range(2)] == [1, 0]
    [left] = await list_answers_of_cluster(SYSTEM, cluster_id)
    assert (left.kind, left.copies, left.successes) == ("reply", 3, 3)
    await answer_tickets(cluster_id, *greeted("Ines"))
    await recognise_copies()
    assert await propose_macros() == 0, "it was decided about, also where the macro is gone"


async def test_what_was_dismissed_is_never_proposed_again(cluster_id: UUID, agent: Actor) -> None:
    await answer_tickets(cluster_id, *greeted("Ines", "Ines", "Ines"))
    await recognise_copies()
    await propose_macros()

    await dismiss_macro(agent, (await only_proposal(agent)).id)
    await answer_tickets(cluster_id, *greeted(*["Ines"] * 5))
    await recognise_copies()

    assert await propose_macros() == 0
    assert await list_macro_proposals(agent) == []
    with pytest.raises(NotFound):
        await dismiss_macro(agent, cluster_id)


async def test_an_article_that_was_inserted_and_sent_is_no_second_answer(cluster_id: UUID, agent: Actor) -> None:
    article = await make_published_article("Resetting the password", RESET)
    answer_id = await fetch_value(
        "update answer set cluster_id = $2 where source_id = $1 returning id", article, cluster_id
    )
    ticket_id, _ = await make_answered_ticket(answer="I look into it.", cluster_id=cluster_id)
    await insert_answer(agent, into=Into("ticket", ticket_id), answer_id=answer_id, text=RESET)
    message_id = await reply_to_ticket(agent, ticket_id, f"Hello Ines,\n\n{RESET}\n\nTom")
    await note_sent_answers(message_id)
    await collect_answers_of_messages([message_id])

    await recognise_copies()

    assert [one.kind for one in await list_answers_of_cluster(SYSTEM, cluster_id)] == ["article"]
    assert [one.kind for one in await list_answers_of_cluster(ANONYMOUS, cluster_id)] == ["article"]


@pytest.mark.parametrize("role", [Role.MEMBER, Role.MODERATOR, Role.PRODUCT_MANAGER])
async def test_only_who_answers_tickets_sees_and_decides(cluster_id: UUID, agent: Actor, role: Role) -> None:
    await answer_tickets(cluster_id, *greeted("Ines", "Ines", "Ines"))
    await recognise_copies()
    await propose_macros()
    proposal, other = await only_proposal(agent), await make_person(role)

    for act in (
        list_macro_proposals(other),
        count_macro_proposals(other),
        accept_macro(other, proposal.id, name="Mine", body="Mine"),
        dismiss_macro(other, proposal.id),
    ):
        with pytest.raises(NotAllowed):
            await act
