"""What trust and badges need after a commit and by the clock."""

from jobs.registry import Handlers
from jobs.tools import Tools
from kb.forum.messages import PostAccepted
from kb.standing.earning import weigh_trust
from kb.standing.giving import give_badges, give_badges_for_post
from kb.standing.reading import forget_old_reading


async def thank_for_answer(tools: Tools, message: PostAccepted) -> None:
    """Badges come at once to whom the acceptance concerns."""
    await give_badges_for_post(message.post_id)


async def sweep_trust(tools: Tools) -> None:
    """Judge everybody who read lately or is trusted."""
    await weigh_trust()
    await forget_old_reading()


async def sweep_badges(tools: Tools) -> None:
    """Give what was earned and not given yet."""
    await give_badges()


HANDLERS: Handlers = {PostAccepted: (thank_for_answer,)}
