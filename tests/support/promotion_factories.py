"""Answers that crossed the reuse threshold, and clusters that are answered and still asked."""

from datetime import timedelta
from uuid import UUID

from kb.answers.collecting import collect_answer_of_message, collect_answer_of_post
from kb.core.clock import now
from kb.core.database import execute, fetch_value
from kb.product.weighing import weigh_pain_points
from tests.support.answers_factories import (
    ask_as_well,
    make_answered_ticket,
    make_cluster,
    make_solved_topic,
    use_answer,
)
from tests.support.factories import make_person
from tests.support.product_factories import hurt

STEPS = "1. Open **Settings > Mail**.\n2. Press *Reset* and wait a minute."


async def make_reused_answer(
    cluster_id: UUID | None = None, *, helped: int = 5, from_ticket: bool = False, answer: str = STEPS
) -> tuple[UUID, UUID]:
    """An answer for which so many people stayed solved; returns its cluster and its id."""
    cluster_id = cluster_id or await make_cluster()
    if from_ticket:
        _, source_id = await make_answered_ticket(cluster_id=cluster_id, answer=answer)
        await collect_answer_of_message(source_id)
    else:
        _, source_id = await make_solved_topic(cluster_id=cluster_id, answer=answer)
        await collect_answer_of_post(source_id)
    answer_id: UUID = await fetch_value("select id from answer where source_id = $1", source_id)
    await execute("update answer set created_at = $2 where id = $1", answer_id, now() - timedelta(days=60))
    await execute("update question set asked_at = $2 where cluster_id = $1", cluster_id, now() - timedelta(days=61))
    for _ in range(helped):
        await use_answer(answer_id, await make_person(), ago=timedelta(days=20))
    return cluster_id, answer_id


async def keep_asking(cluster_id: UUID, answer_id: UUID, *, people: int = 3, met: int = 3) -> None:
    """So many people asked yesterday, so many met the answer, and the pain is weighed."""
    for member in await ask_as_well(cluster_id, people, at=now() - timedelta(days=1)):
        await hurt(cluster_id, member, reported=True)
    for _ in range(met):
        await use_answer(answer_id, await make_person(), "opened", ago=timedelta(days=2))
    await weigh_pain_points()
