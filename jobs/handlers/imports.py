"""What imports brought becomes questions and answers, behind what people ask meanwhile."""

import time

from jobs.registry import Handlers
from jobs.tools import Tools
from kb.files.rules import read_extensions
from kb.imports.catching_up import catch_up
from kb.imports.desks.attachments import Keeping, fetch_attachments
from kb.imports.messages import ImportsWait

FETCHING_SECONDS = 45
"""Of every minute."""

AT_ONCE = 8


async def read_imported(tools: Tools, heard: ImportsWait) -> None:
    """One turn; what is left announces itself again, behind everything that has come meanwhile."""
    await catch_up(tools.embedder)


HANDLERS: Handlers = {ImportsWait: (read_imported,)}


async def sweep_imports(tools: Tools) -> None:
    """Go on where a lost message or an import that broke off left texts unread."""
    await catch_up(tools.embedder)


async def fetch_imported_files(tools: Tools) -> int:
    """Files of imported messages, for most of a minute; returns how many were looked at."""
    if tools.web is None or tools.files is None:
        return 0
    keeping = Keeping(tools.files, read_extensions(tools.settings["UPLOAD_EXTENSIONS"]))
    until, done = time.monotonic() + FETCHING_SECONDS, 0
    while time.monotonic() < until and (fetched := await fetch_attachments(tools.web, keeping, limit=AT_ONCE)):
        done += fetched
    return done
