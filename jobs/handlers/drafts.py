"""What drafts need by the clock."""

from jobs.tools import Tools
from kb.drafts.keeping import forget_old_drafts


async def sweep_old_drafts(tools: Tools) -> None:
    """Forget what nobody came back to."""
    await forget_old_drafts()
