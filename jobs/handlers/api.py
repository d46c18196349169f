"""What the API needs by the clock."""

from jobs.tools import Tools
from kb.core import once


async def forget_old_writes(tools: Tools) -> None:
    """Keys that nobody sends again."""
    await once.forget_old_writes()
