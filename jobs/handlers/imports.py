"""What imports brought becomes questions and answers, behind what people ask meanwhile."""

from jobs.registry import Handlers
from jobs.tools import Tools
from kb.imports.catching_up import catch_up
from kb.imports.messages import ImportsWait


async def read_imported(tools: Tools, heard: ImportsWait) -> None:
    """One turn; what is left announces itself again, behind everything that has come meanwhile."""
    await catch_up(tools.embedder)


HANDLERS: Handlers = {ImportsWait: (read_imported,)}


async def sweep_imports(tools: Tools) -> None:
    """Go on where a lost message or an import that broke off left texts unread."""
    await catch_up(tools.embedder)
