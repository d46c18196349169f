"""Articles are measured by the clock: nothing anybody does makes one stale by itself."""

from jobs.tools import Tools
from kb.staleness.measuring import measure_if_due


async def measure_stale_articles(tools: Tools) -> int:
    """Roll up yesterday and measure every published article, unless that is done."""
    return await measure_if_due()
