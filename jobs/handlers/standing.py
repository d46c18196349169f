"""What trust and badges need by the clock."""

from jobs.tools import Tools
from kb.standing.earning import weigh_trust
from kb.standing.reading import forget_old_reading


async def sweep_trust(tools: Tools) -> None:
    """Judge everybody who read lately or is trusted."""
    await weigh_trust()
    await forget_old_reading()
