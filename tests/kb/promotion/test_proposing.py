"""One proposal a cluster and kind, when the facts say so, and none against a decision that still holds."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from jobs.delivering import deliver
from jobs.tools import Tools
from kb.answers.promoting import draft_article
from kb.answers.reusing import record_use
from kb.core.actor import Actor
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.ids import new_id
from kb.core.policy import Role
from kb.promotion.deciding import dismiss_promotion
from kb.promotion.gathering import list_sources
from kb.promotion.proposing import propose_promotions
from kb.promotion.queries import list_promotions
from tests.support.answers_factories import ask_as_well, make_cluster, use_answer
from tests.support.factories import make_person
from tests.support.promotion_factories import keep_asking, make_reused_answer


@pytest.fixture
async def admin(db: str) -> Actor:
    return await make_person(Role.ADMIN)


async def proposals() -> list[tuple[UUID, str, str]]:
    rows = await fetch_all("select cluster_id, kind, state from promotion order by proposed_at, kind")
    return [(row["cluster_id"], row["kind"], row["state"]) for row in rows]


async def test_an_answer_is_proposed_once_five_people_stayed_solved_and_not_before(admin: Actor) -> None:
    cluster_id, answer_id = await make_reused_answer(helped=4)
    assert await propose_promotions() == 0

    await use_answer(answer_id, await make_person(), "opened", ago=timedelta(days=8))  # seven days of silence count
    await use_answer(answer_id, await make_person(Role.AGENT))  # staff do not
    assert await propose_promotions() == 1
    (found,) = (await list_promotions(await make_person(Role.AGENT))).promotions
    assert (await list_promotions(await make_person(Role.PRODUCT_MANAGER))).promotions == (), "they write no articles"
    assert (found.kind, found.cluster_id, found.answer_id, found.stayed, found.used) == (
        "article", cluster_id, answer_id, 5, 5,
    )  # fmt: skip

    failing, _ = await make_reused_answer(helped=5)
    await use_answer(
        await fetch_value("select id from answer where cluster_id = $1", failing), await make_person(), "re_asked"
    )
    assert await propose_promotions() == 0, "five of six is not surely better than nothing"


async def test_twenty_workers_at_once_kills_and_a_replay_of_the_outbox_make_one_proposal(tools: Tools, db: str) -> None:
    cluster_id, answer_id = await make_reused_answer(helped=4)
    for _ in range(20):
        await record_use(await make_person(), answer_id=answer_id, kind="said_solved", surface="article")
    said = [row["id"] for row in await fetch_all("select id from outbox_message where name = 'AnswerUsed'")]
    assert len(said) == 20

    tasks = [asyncio.create_task(deliver(one, tools, worker=f"w{n}")) for n, one in enumerate(said)]
    tasks[7].cancel()
    await asyncio.gather(*tasks, *(propose_promotions() for _ in range(5)), return_exceptions=True)
    assert await proposals() == [(cluster_id, "article", "open")]

    await execute("delete from outbox_delivery")
    await execute("update outbox_message set done_at = null, leased_until = null, leased_by = null, attempts = 0")
    await asyncio.gather(*(deliver(one, tools, worker="again") for one in said))
    assert await proposals() == [(cluster_id, "article", "open")]
    assert await fetch_value("select count(*) from audit_line where action = 'promotion.propose'") == 1


async def test_what_is_answered_seen_and_still_asked_is_proposed_as_an_issue(admin: Actor) -> None:
    unseen, answer_id = await make_reused_answer(helped=0)
    await keep_asking(unseen, answer_id, people=5, met=2)
    assert await propose_promotions() == 0, "an answer nobody meets is not one that does not help"
    for _ in range(3):
        await use_answer(answer_id, await make_person(), "sent", ago=timedelta(days=2))
    assert await propose_promotions() == 0, "who was answered afresh has met nothing that was there"

    seen, answer_id = await make_reused_answer(helped=0)
    await keep_asking(seen, answer_id)
    assert await propose_promotions() == 1
    (found,) = (await list_promotions(admin)).promotions
    assert (found.kind, found.cluster_id, found.asked, found.met) == ("issue", seen, 3, 3)
    assert (await list_promotions(await make_person(Role.AGENT))).promotions == (), "agents file no issues"


async def test_a_dismissed_proposal_comes_back_when_twice_as_many_people_ask_and_says_what_was_said(
    admin: Actor,
) -> None:
    cluster_id, _ = await make_reused_answer()
    await ask_as_well(cluster_id, 3)
    await propose_promotions()
    (found,) = (await list_promotions(admin)).promotions
    assert found.people == 4
    await dismiss_promotion(admin, found.id, reason="  We rebuild the page anyway. ")

    await ask_as_well(cluster_id, 3)
    assert await propose_promotions() == 0
    await ask_as_well(cluster_id, 1)
    assert await propose_promotions() == 1
    (again,) = (await list_promotions(admin)).promotions
    assert (again.id, again.reason, again.decided_by) == (found.id, "We rebuild the page anyway.", admin.name)
    assert await propose_promotions() == 0


async def test_what_was_done_by_hand_overtakes_its_proposal_and_a_lost_answer_does(admin: Actor) -> None:
    _, by_hand = await make_reused_answer()
    _, lost = await make_reused_answer()
    await propose_promotions()
    await draft_article(admin, by_hand)
    await execute("update answer set retired_at = now() where id = $1", lost)
    assert await propose_promotions() == 0
    assert [state for _, _, state in await proposals()] == ["overtaken", "overtaken"]

    await execute("update article set state = 'archived'")
    assert await propose_promotions() == 1, "what was written by hand is gone, and the answer still holds"


async def test_a_merge_leaves_one_proposal_and_takes_the_decision_along(admin: Actor) -> None:
    one, _ = await make_reused_answer()
    other, _ = await make_reused_answer()
    await ask_as_well(one, 8)
    await propose_promotions()
    dismissed = await fetch_value("select id from promotion where cluster_id = $1", one)
    await dismiss_promotion(admin, dismissed, reason="No.")

    heir = await make_cluster("both")
    await execute("update cluster set merged_into = $1 where id = any($2)", heir, [one, other])
    await execute("update answer set cluster_id = $1", heir)
    await execute("update question set cluster_id = $1", heir)
    assert await propose_promotions() == 0, "ten of its people were told no, and there are eleven"
    assert {state for _, _, state in await proposals()} == {"dismissed", "overtaken"}
    await ask_as_well(heir, 8)
    assert await propose_promotions() == 1
    assert [(cluster, state) for cluster, _, state in await proposals() if state == "open"] == [(heir, "open")]


async def test_replies_that_became_a_macro_are_proposed_as_what_was_first_written(admin: Actor) -> None:
    cluster_id, first = await make_reused_answer(from_ticket=True, helped=3)
    _, copy = await make_reused_answer(cluster_id, from_ticket=True, helped=2)
    macro = new_id()
    await execute("update answer set same_as = $1 where id = $2", first, copy)
    await execute(
        "insert into answer (id, kind, source_id, parent_id, cluster_id, visibility, title, excerpt, same_as, created_at)"
        " values ($1, 'macro', $2, $2, $3, 'private', 'Reset', 'Press {{it}}.', $4, now())",
        macro,
        new_id(),
        cluster_id,
        first,
    )
    assert await propose_promotions() == 1
    (found,) = (await list_promotions(admin)).promotions
    assert (found.answer_id, found.stayed) == (first, 5)
    assert [one.id for one in await list_sources(admin, cluster_id, first)] == [first]
