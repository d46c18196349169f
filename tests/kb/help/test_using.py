"""What became of help: the ledger's rows, the end of the episode, and asking when it did not help."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from kb.core.actor import ANONYMOUS, Actor
from kb.core.database import execute, fetch_all, fetch_one, fetch_value
from kb.core.errors import Invalid, NotFound, NotSignedIn
from kb.core.ids import new_id
from kb.help.asking import HelpQuestion, ask_from_page
from kb.help.identifying import Caller
from kb.help.using import end_solved_episode, record_help_use
from tests.support.answers_factories import make_answer
from tests.support.factories import make_person
from tests.support.outreach_factories import link_to_cluster, make_episode, make_friction_point
from tests.support.signals_factories import make_product

PAGE = "https://app.fernbook.example/invoices/new?token=secret"


async def caller_of(actor: Actor = ANONYMOUS) -> Caller:
    return Caller(await make_product(), actor, "visitor-hash")


async def rows() -> list[tuple[str, str, UUID | None, str | None, str | None]]:
    found = await fetch_all(
        "select kind, surface, person_id, visitor, page_url from answer_use order by created_at, id"
    )
    return [tuple(row) for row in found]


@pytest.mark.parametrize("kind", ["shown", "opened", "said_solved"])
async def test_what_became_of_an_answer_is_a_row_of_the_ledger(db: str, kind: str) -> None:
    answer_id = await make_answer(None)
    ines = await make_person()

    await record_help_use(await caller_of(ines), kind=kind, answer_ids=[answer_id], page_url=PAGE)
    await record_help_use(await caller_of(), kind=kind, answer_ids=[answer_id], page_url=PAGE)

    page = PAGE.split("?", maxsplit=1)[0]
    assert await rows() == [
        (kind, "widget", ines.person_id, None, page),
        (kind, "widget", None, "visitor-hash", page),
    ]


async def test_a_page_may_not_write_other_words_or_too_many_answers_into_the_ledger(db: str) -> None:
    answer_id, caller = await make_answer(None), await caller_of()
    for kind, answers in (
        ("re_asked", [answer_id]),
        ("opened", []),
        ("opened", [answer_id] * 2),
        ("shown", [answer_id] * 11),
    ):
        with pytest.raises(Invalid):
            await record_help_use(caller, kind=kind, answer_ids=answers, page_url=None)
    private = await make_answer(None, visibility="private")
    with pytest.raises(NotFound):
        await record_help_use(caller, kind="said_solved", answer_ids=[private], page_url=None)

    assert await rows() == []


async def test_this_solved_it_ends_the_episode_of_whoever_said_so_and_of_nobody_else(
    db: str, deliver_all: Callable[[], Awaitable[int]]
) -> None:
    place = await make_friction_point()
    cluster_id = await link_to_cluster(place)
    answer_id = await make_answer(cluster_id, title="Save as draft")
    ines, bo = await make_person(), await make_person()
    hers, his = [await make_clustered_episode(who, place, cluster_id) for who in (ines, bo)]

    await record_help_use(await caller_of(ines), kind="said_solved", answer_ids=[answer_id], page_url=None)
    await deliver_all()

    assert await state_of(hers) == ("recovered", "They said that “Save as draft” solved it.")
    assert (await state_of(his))[0] == "clustered"


async def test_saying_it_twice_or_without_being_known_ends_nothing_more(db: str) -> None:
    place = await make_friction_point()
    cluster_id = await link_to_cluster(place)
    answer_id = await make_answer(cluster_id)
    ines = await make_person()
    await make_clustered_episode(ines, place, cluster_id)
    for actor in (ines, ANONYMOUS):
        await record_help_use(await caller_of(actor), kind="said_solved", answer_ids=[answer_id], page_url=None)
    hers, theirs = await fetch_all("select id from answer_use order by person_id is null")

    ended = [await end_solved_episode(row["id"]) for row in (hers, hers, theirs)]

    assert ended == [1, 0, 0]
    assert await end_solved_episode(new_id()) == 0


async def test_a_question_from_a_page_is_a_ticket_that_knows_where_and_what_was_tried(db: str) -> None:
    answer_id, gone = await make_answer(None), new_id()
    ines = await make_person()

    question = HelpQuestion("Send does nothing", "I clicked it.", PAGE, (answer_id, gone, answer_id))
    opened = await ask_from_page(await caller_of(ines), question)

    ticket = await fetch_one("select * from ticket where number = $1", opened.number)
    assert ticket is not None
    assert (ticket["requester_id"], ticket["channel"], ticket["subject"]) == (
        ines.person_id,
        "widget",
        "Send does nothing",
    )
    assert ticket["page_url"] == PAGE.split("?", maxsplit=1)[0]
    assert [(row[0], row[1]) for row in await rows()] == [("re_asked", "widget")]


async def test_whoever_nobody_vouched_for_opens_no_ticket(db: str) -> None:
    with pytest.raises(NotSignedIn):
        await ask_from_page(await caller_of(), HelpQuestion("Send does nothing", "I clicked it."))

    assert await fetch_value("select count(*) from ticket") == 0


async def test_an_empty_question_is_refused_by_field_and_nothing_is_written(db: str) -> None:
    answer_id = await make_answer(None)
    with pytest.raises(Invalid) as refusal:
        await ask_from_page(await caller_of(await make_person()), HelpQuestion(" ", "", PAGE, (answer_id,)))

    assert set(refusal.value.fields) == {"subject", "body"}
    assert await rows() == []


async def make_clustered_episode(who: Actor, place: UUID, cluster_id: UUID) -> UUID:
    episode_id = await make_episode(who.person_id, place)
    await execute("update episode set cluster_id = $2, state = 'clustered' where id = $1", episode_id, cluster_id)
    return episode_id


async def state_of(episode_id: UUID) -> tuple[str, str]:
    row = await fetch_one("select state, state_reason from episode where id = $1", episode_id)
    assert row is not None
    return row["state"], row["state_reason"]
