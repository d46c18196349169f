"""Enough flags hide a post until somebody has looked; what screening found comes into the queue."""

from jobs.registry import Handlers
from jobs.tools import Tools
from kb.moderation import hiding_flagged, queueing_screened, teaching
from kb.moderation.messages import PostFlagged, ReviewDecided, ReviewUndone
from kb.screening.messages import PostScreened
from kb.screening.proving import forget_spent_proofs


async def hide_flagged(tools: Tools, heard: PostFlagged) -> None:
    """If enough people of standing agree."""
    await hiding_flagged.hide_when_enough(heard.post_id, enough=int(tools.settings["FLAGS_HIDE"]))


async def sweep_flagged(tools: Tools) -> int:
    """Hide what a lost message left in sight."""
    return await hiding_flagged.sweep_flagged(enough=int(tools.settings["FLAGS_HIDE"]))


async def queue_screened(tools: Tools, heard: PostScreened) -> None:
    """Moderators see what was found."""
    await queueing_screened.queue_screened(heard.post_id)


async def sweep_screened(tools: Tools) -> int:
    """Put in the queue what a lost message left out of it."""
    return await queueing_screened.sweep_screened()


async def learn_from_review(tools: Tools, heard: ReviewDecided | ReviewUndone) -> None:
    """What was spam, and what was not."""
    await teaching.teach_from(heard.decision_id)


async def forget_proofs(tools: Tools) -> int:
    """Proofs of work too old to be used again."""
    return await forget_spent_proofs()


HANDLERS: Handlers = {
    PostFlagged: (hide_flagged,),
    PostScreened: (queue_screened,),
    ReviewDecided: (learn_from_review,),
    ReviewUndone: (learn_from_review,),
}
