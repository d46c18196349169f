"""What persons need by the clock."""

from jobs.tools import Tools
from kb.people.sanctioning import end_sanctions


async def sweep_sanctions(tools: Tools) -> None:
    """Give access back to those whose suspension has run out."""
    await end_sanctions()
