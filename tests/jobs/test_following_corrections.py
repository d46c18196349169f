"""When people merge clusters, what belongs to the one goes with it through the worker's own handlers, and comes back when they undo."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from kb.answers.drafting import NewArticle, write_article
from kb.clusters.merging import merge_clusters
from kb.clusters.undoing import undo_change
from kb.core.actor import Actor
from kb.core.database import fetch_value
from kb.core.policy import Role
from kb.product.filing import file_issue
from kb.product.triage import find_pain_point
from kb.product.weighing import weigh_pain_points
from tests.support.factories import make_person
from tests.support.product_factories import hurt, make_cluster

Deliver = Callable[[], Awaitable[int]]


async def article_of(agent: Actor, cluster_id: UUID) -> UUID:
    """An article somebody wrote for the cluster, out of no answer."""
    drafted = await write_article(
        agent, NewArticle(title="How to reset", body="Press it twice.", cluster_id=cluster_id)
    )
    return drafted.id


async def test_articles_episodes_and_issues_follow_a_merge_and_come_back_with_its_undo(
    db: str, deliver_all: Deliver
) -> None:
    agent, manager, sufferer = (
        await make_person(Role.AGENT),
        await make_person(Role.PRODUCT_MANAGER),
        await make_person(),
    )
    one, two = await make_cluster("reset mail"), await make_cluster("password mail")
    article, episode = await article_of(agent, one), await hurt(one, sufferer)
    await hurt(two, await make_person())
    await weigh_pain_points()
    issue = await file_issue(manager, one, tracker="board", base_url="http://here.example")

    async def stand() -> tuple[UUID, UUID, int | None]:
        await deliver_all()
        await weigh_pain_points()
        point = await find_pain_point(manager, two)
        return (
            await fetch_value("select cluster_id from article where id = $1", article),
            await fetch_value("select cluster_id from episode where id = $1", episode),
            point.issue_number if point else None,
        )

    assert await stand() == (one, one, None)

    change = await merge_clusters(agent, one, into=two)
    assert await stand() == (two, two, issue)
    merged = await find_pain_point(manager, two)
    assert merged is not None
    assert merged.person_count == 2

    await undo_change(agent, change)
    assert await stand() == (one, one, None)
