"""Articles are measured by the clock: nothing anybody does makes one stale by itself."""

from jobs.tools import Tools
from kb.staleness.measuring import measure_articles, measure_if_due


async def measure_stale_articles(tools: Tools) -> int:
    """Roll up yesterday and measure every published article."""
    return await measure_articles()


async def sweep_unmeasured_days(tools: Tools) -> int:
    """The same where yesterday is missing."""
    return await measure_if_due()
