"""`answerloop receive`: a process that takes in mail over SMTP and LMTP."""

import asyncio
import signal
from typing import Annotated

import typer

from kb.core import outbox
from kb.core.database import close_database, open_database
from kb.core.errors import Invalid
from kb.core.logging import set_up_logging
from kb.core.settings import Settings
from kb.mail.office import office_of
from server.building import build_queue
from server.commands.output import told
from server.commands.surroundings import settings_for
from server.mail.listening import listen


def receive(
    smtp: Annotated[str, typer.Option(help="HOST:PORT for SMTP; default from SMTP_LISTEN.")] = "",
    lmtp: Annotated[str, typer.Option(help="HOST:PORT for LMTP; default from LMTP_LISTEN.")] = "",
) -> None:
    """Take in mail for the addresses of this installation. Needs DATABASE_URL and REDIS_URL.

    Example: DATABASE_URL=postgresql://… REDIS_URL=redis://… answerloop receive --lmtp 127.0.0.1:2424
    """
    settings = settings_for()
    set_up_logging(settings["LOG_LEVEL"])
    smtp, lmtp = smtp or settings["SMTP_LISTEN"], lmtp or settings["LMTP_LISTEN"]
    if not smtp and not lmtp:
        raise Invalid("Nothing says where to listen.", {"--smtp": "name HOST:PORT here or in SMTP_LISTEN"})
    asyncio.run(_receive(settings, smtp, lmtp))


async def _receive(settings: Settings, smtp: str, lmtp: str) -> None:
    stopping = asyncio.Event()
    for told_by in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(told_by, stopping.set)
    await open_database(settings["DATABASE_URL"], pool_size=4)
    queue = build_queue(settings)
    outbox.set_publisher(queue.offer)
    try:
        async with listen(office_of(settings), smtp=smtp, lmtp=lmtp):
            told.print(f"Taking in mail at {' and '.join(filter(None, [smtp, lmtp]))}", markup=False)
            await stopping.wait()
    finally:
        await queue.close()
        await close_database()
