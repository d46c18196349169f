"""Searches that found nothing become questions: a member's at once, strangers' when enough of them searched the same."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from kb.clusters.queries import list_questions_of_cluster
from kb.clusters.searched import STRANGERS, forget_old_searches, note_failed_search
from kb.clusters.sweeping import sweep_unextracted
from kb.core.actor import ANONYMOUS
from kb.core.clock import now
from kb.core.database import execute, fetch_all, fetch_one, fetch_value
from kb.core.policy import Role
from tests.support.factories import make_person
from tests.support.forum_factories import make_topic
from tests.support.search_factories import AGENT

Deliver = Callable[[], Awaitable[int]]

SEARCHED = "Invoices are sent twice every Monday"


async def test_a_members_search_in_vain_is_a_question_beside_those_that_mean_the_same(
    db: str, deliver_all: Deliver
) -> None:
    member = await make_person(Role.MEMBER)
    await make_topic(title=SEARCHED, body=SEARCHED)
    await deliver_all()

    await note_failed_search(member, SEARCHED.lower(), visitor="a")
    await deliver_all()

    question = await fetch_one("select * from question where source_kind = 'search'")
    assert question
    assert question["person_id"] == member.person_id
    assert question["visibility"] == "private"
    assert question["cluster_id"] == await fetch_value("select cluster_id from question where source_kind = 'topic'")
    episode = await fetch_one("select * from episode where person_id = $1", member.person_id)
    assert episode
    assert episode["reported_at"] is None
    rows = await list_questions_of_cluster(AGENT, question["cluster_id"])
    assert {row.kind: row.url for row in rows}["search"] == "/search?q=invoices+are+sent+twice+every+monday"


async def test_strangers_are_a_question_once_enough_of_them_searched_the_same(db: str, deliver_all: Deliver) -> None:
    for number in range(STRANGERS + 2):
        for said in (SEARCHED, SEARCHED.upper() + " ?"):
            await note_failed_search(ANONYMOUS, said, visitor=f"visitor {number}")
        await deliver_all()
        asked = await fetch_all("select person_id from question where source_kind = 'search'")
        assert [row["person_id"] for row in asked] == ([None] if number + 1 >= STRANGERS else [])


async def test_personal_data_is_masked_before_anything_is_kept(db: str, deliver_all: Deliver) -> None:
    await note_failed_search(await make_person(Role.MEMBER), "mail to anna@example.com bounces", visitor="a")
    await deliver_all()

    kept = str(
        await fetch_all(
            "select f.words, f.settled, q.title, q.text from failed_search f left join question q on q.source_id = f.id"
        )
    )

    assert "bounces" in kept
    assert "anna@" not in kept


@pytest.mark.parametrize("text", ["", "invoice", "how do I", "???"])
async def test_what_asks_too_little_is_not_kept(db: str, text: str) -> None:
    assert await note_failed_search(await make_person(Role.MEMBER), text, visitor="a") is None
    assert await fetch_value("select count(*) from failed_search") == 0


async def test_a_lost_message_is_made_up_for_and_what_nobody_else_searched_is_forgotten(db: str) -> None:
    await note_failed_search(await make_person(Role.MEMBER), SEARCHED, visitor="a")
    await note_failed_search(ANONYMOUS, "Purple zebras everywhere", visitor="b")
    await execute("delete from outbox_message")
    await execute("update failed_search set created_at = $1", now() - timedelta(days=40))

    assert await sweep_unextracted() == 1
    assert await sweep_unextracted() == 0
    assert await fetch_value("select title from question where source_kind = 'search'") == SEARCHED
    assert await forget_old_searches() == 1
    assert await fetch_value("select words from failed_search") == SEARCHED
