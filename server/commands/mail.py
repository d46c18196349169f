"""Mail from the command line: a mail server may pipe what comes in to it."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from kb.core.actor import SYSTEM
from kb.core.settings import Settings
from kb.mail.handling import handle_mail
from kb.mail.office import Means, office_of
from kb.mail.queries import ReceivedLine, get_received
from kb.mail.taking_in import take_in
from server.building import build_file_store, build_screen
from server.commands.output import print_line
from server.commands.surroundings import Data, database_at_hand, run_with_database

app = typer.Typer(help="Mail that comes in.", no_args_is_help=True)


@app.callback()
def mail() -> None:
    """Keep `mail` a group even while it holds one command."""


@app.command("receive")
def receive(
    message: Annotated[Path | None, typer.Argument(help="The raw message; standard input where none is named.")] = None,
    data: Data = None,
) -> None:
    """Take in a mail: it becomes a reply, a ticket or part of one, or is kept for people to look at.

    Example: answerloop mail receive < message.eml
    """
    raw = message.read_bytes() if message else sys.stdin.buffer.read()
    with database_at_hand(data) as settings:
        received = run_with_database(settings, _receive(raw, settings))
    print_line(" ".join(filter(None, [received.state, _what(received), received.reason])))


async def _receive(raw: bytes, settings: Settings) -> ReceivedLine:
    means = Means(office_of(settings), build_file_store(settings), build_screen(settings))
    taken = await take_in(SYSTEM, raw, "command")
    await handle_mail(taken.id, means)
    return await get_received(SYSTEM, taken.id)


def _what(received: ReceivedLine) -> str:
    return f"#{received.ticket}" if received.ticket else str(received.post_id or "")
