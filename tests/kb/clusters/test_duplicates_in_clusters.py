"""A confirmed duplicate pins its question into the original's cluster; undoing gives it back."""

from collections.abc import Awaitable, Callable

from kb.clusters.counting import recount_clusters
from kb.clusters.duplicates.undoing import undo_duplicate
from kb.clusters.joining import found_cluster
from kb.core.actor import SYSTEM
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.policy import Role
from kb.core.unit_of_work import unit_of_work
from tests.kb.clusters.test_duplicates import everything, merge, side
from tests.support.factories import make_person
from tests.support.forum_factories import make_topic


async def test_the_duplicates_question_is_pinned_beside_the_originals_and_given_back(
    deliver_all: Callable[[], Awaitable[int]],
) -> None:
    original, alias = await make_topic(), await make_topic()
    agent = await make_person(Role.AGENT)
    await deliver_all()
    async with unit_of_work(SYSTEM) as unit:
        cluster_id = await found_cluster(unit, label="Exports", reason="a test")
        await execute("update question set cluster_id = null")
        await execute("update question set cluster_id = $2 where parent_id = $1", original.id, cluster_id)
        await recount_clusters([cluster_id])
    before = await everything()
    made = await merge(side(alias), side(original))

    rows = await fetch_all("select parent_id, alias_of from question where cluster_id = $1", cluster_id)
    assert {(row["parent_id"], row["alias_of"]) for row in rows} == {(original.id, None), (alias.id, original.id)}
    assert await fetch_value("select count(*) from cluster_pin where cluster_id = $1", cluster_id) == 1

    await undo_duplicate(agent, made)
    after = await everything()
    before.pop("person"), after.pop("person")
    assert after == before
