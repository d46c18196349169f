"""What the forum does by the clock."""

from jobs.tools import Tools
from kb.forum.rerendering import rerender_posts


async def sweep_renderings(tools: Tools) -> None:
    """Bring posts up to the present renderer."""
    await rerender_posts()
