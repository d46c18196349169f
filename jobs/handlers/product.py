"""Issues go to their trackers; people hurt are told; pain is weighed by the clock."""

from jobs.registry import Handlers
from jobs.tools import Tools
from kb.clusters.messages import ClustersCorrected, ClustersRefreshed
from kb.product.filing import send_to_tracker
from kb.product.messages import IssueFiled, IssueShipped
from kb.product.telling import sweep_untold, tell_people_hurt
from kb.product.weighing import weigh_pain_points


async def send_issue_to_tracker(tools: Tools, heard: IssueFiled) -> None:
    """To the board at once, to GitHub over its API."""
    await send_to_tracker(heard.issue_id, tools.trackers)


async def tell_about_fix(tools: Tools, heard: IssueShipped) -> None:
    """Everybody it hurt, once."""
    await tell_people_hurt(
        heard.issue_id, base_url=tools.settings.base_url, language=tools.settings["DEFAULT_LANGUAGE"]
    )


async def weigh_after_refresh(tools: Tools, heard: ClustersRefreshed | ClustersCorrected) -> None:
    """Clusters changed, so their pain did."""
    await weigh_pain_points()


HANDLERS: Handlers = {
    IssueFiled: (send_issue_to_tracker,),
    IssueShipped: (tell_about_fix,),
    ClustersRefreshed: (weigh_after_refresh,),
    ClustersCorrected: (weigh_after_refresh,),
}


async def weigh_all_pain(tools: Tools) -> None:
    """Bring people, trends and lanes up to date."""
    await weigh_pain_points()


async def sweep_untold_people(tools: Tools) -> None:
    """Tell those a lost message or a killed worker left out."""
    await sweep_untold(base_url=tools.settings.base_url, language=tools.settings["DEFAULT_LANGUAGE"])
