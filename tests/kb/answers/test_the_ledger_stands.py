"""Rows of the ledger are added and stay: the database itself refuses anything else."""

import asyncpg
import pytest

from kb.answers.forgetting import forget_person_in_ledger
from kb.answers.ledger import count_uses
from kb.answers.ranking import list_answers_of_cluster
from kb.core.actor import SYSTEM
from kb.core.database import execute, fetch_all
from kb.core.unit_of_work import unit_of_work
from tests.support.answers_factories import make_answer, make_cluster, use_answer
from tests.support.factories import make_person


@pytest.mark.parametrize(
    "sql",
    [
        "delete from answer_use",
        "update answer_use set kind = 'said_solved'",
        "update answer_use set person_id = null, visitor = 'x'",
        "update answer_use set created_at = now()",
    ],
)
async def test_no_row_is_changed_or_deleted(db: str, sql: str) -> None:
    await use_answer(await make_answer(None), await make_person(), "reopened")

    with pytest.raises(asyncpg.RestrictViolationError, match="append only"):
        await execute(sql)


async def test_forgetting_a_person_keeps_every_count_and_changes_nothing_but_who_it_was(db: str) -> None:
    cluster_id = await make_cluster()
    answer_id, person = await make_answer(cluster_id), await make_person()
    for kind in ("shown", "opened", "said_solved"):
        await use_answer(answer_id, person, kind)
    await use_answer(answer_id, await make_person())
    before = await count_uses(SYSTEM, [answer_id]), await list_answers_of_cluster(SYSTEM, cluster_id)
    assert person.person_id is not None

    async with unit_of_work(SYSTEM):
        assert await forget_person_in_ledger(person.person_id) == 3
    async with unit_of_work(SYSTEM):
        assert await forget_person_in_ledger(person.person_id) == 0

    assert (await count_uses(SYSTEM, [answer_id]), await list_answers_of_cluster(SYSTEM, cluster_id)) == before
    rows = await fetch_all("select person_id, visitor, address, page_url from answer_use where visitor is not null")
    assert len(rows) == 3
    assert {(row["person_id"], row["visitor"][:10], row["address"], row["page_url"]) for row in rows} == {
        (None, "forgotten:", None, None)
    }
    with pytest.raises(asyncpg.RestrictViolationError):
        await execute("update answer_use set visitor = 'somebody'")


async def test_the_way_of_forgetting_opens_nothing_else(db: str) -> None:
    await use_answer(await make_answer(None), await make_person(), "reopened")

    async def try_it(sql: str) -> None:
        async with unit_of_work(SYSTEM):
            await execute("select set_config('answerloop.forgetting', 'person', true)")
            await execute(sql)

    for sql in ("update answer_use set kind = 'said_solved'", "delete from answer_use"):
        with pytest.raises(asyncpg.RestrictViolationError):
            await try_it(sql)
