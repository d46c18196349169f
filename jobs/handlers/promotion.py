"""What crossed the reuse threshold is proposed, once."""

from jobs.registry import Handlers
from jobs.tools import Tools
from kb.answers.messages import AnswerUsed
from kb.clusters.messages import ClustersCorrected, ClustersRefreshed
from kb.promotion.proposing import propose_promotion_for_use, propose_promotions


async def propose_after_use(tools: Tools, heard: AnswerUsed) -> None:
    """Somebody said that it solved their problem: perhaps the one that was missing."""
    await propose_promotion_for_use(heard.use_id)


async def propose_after_regrouping(tools: Tools, heard: ClustersRefreshed | ClustersCorrected) -> None:
    """Clusters changed, and proposals with them."""
    await propose_promotions()


async def propose_all_promotions(tools: Tools) -> int:
    """What time alone carried across: seven days of silence send no message."""
    return await propose_promotions()


HANDLERS: Handlers = {
    AnswerUsed: (propose_after_use,),
    ClustersRefreshed: (propose_after_regrouping,),
    ClustersCorrected: (propose_after_regrouping,),
}
