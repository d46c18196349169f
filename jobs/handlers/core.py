"""What the spine needs by the clock."""

from jobs.tools import Tools
from kb.core.pruning import forget_done_messages, forget_old_counts


async def prune_messages(tools: Tools) -> None:
    """Forget messages handled long ago."""
    await forget_done_messages()


async def prune_counts(tools: Tools) -> None:
    """Forget what rate limits counted long ago."""
    await forget_old_counts()
