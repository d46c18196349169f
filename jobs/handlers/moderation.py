"""Enough flags hide a post until somebody has looked."""

from jobs.registry import Handlers
from jobs.tools import Tools
from kb.moderation import hiding_flagged
from kb.moderation.messages import PostFlagged


async def hide_flagged(tools: Tools, heard: PostFlagged) -> None:
    """If enough people of standing agree."""
    await hiding_flagged.hide_when_enough(heard.post_id, enough=int(tools.settings["FLAGS_HIDE"]))


async def sweep_flagged(tools: Tools) -> int:
    """Hide what a lost message left in sight."""
    return await hiding_flagged.sweep_flagged(enough=int(tools.settings["FLAGS_HIDE"]))


HANDLERS: Handlers = {PostFlagged: (hide_flagged,)}
