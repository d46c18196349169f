"""The files room by the clock."""

from jobs.tools import Tools
from kb.files.sweeping import sweep_unused_files


async def sweep_files(tools: Tools) -> None:
    """Forget what nothing uses."""
    if tools.files is not None:
        await sweep_unused_files(tools.files)
