"""One round of what the schedule does by and by, for when somebody waits for it: after the demo is loaded, and in tests."""

from kb.clusters.naming import LABEL_PEOPLE
from kb.clusters.refreshing import refresh_clusters
from kb.core.database import fetch_all
from kb.product.weighing import weigh_pain_points
from kb.signals.linking import link_friction_point


async def run_loop_once(*, label_people: int = LABEL_PEOPLE) -> int:
    """Refresh clusters, link friction points to them, weigh the pain; returns how many pain points there are."""
    await refresh_clusters(label_people=label_people)
    for row in await fetch_all("select id from friction_point order by id"):
        await link_friction_point(row["id"])
    return await weigh_pain_points()
