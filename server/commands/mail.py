"""Mail from the command line: a mail server may pipe what comes in to it."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from kb.core.actor import SYSTEM
from kb.notices.receiving import receive_mail
from kb.notices.site import site_of
from server.commands.migrating import Data
from server.commands.output import print_line
from server.commands.surroundings import database_at_hand, run_with_database
from server.wiring import build_screen

app = typer.Typer(help="Mail that comes in.", no_args_is_help=True)


@app.callback()
def mail() -> None:
    """Keep `mail` a group even while it holds one command."""


@app.command("receive")
def receive(
    message: Annotated[Path | None, typer.Argument(help="The raw message; standard input where none is named.")] = None,
    data: Data = None,
) -> None:
    """Post a reply that came by mail, or keep it with the reason why not.

    Example: answerloop mail receive < message.eml
    """
    raw = message.read_bytes() if message else sys.stdin.buffer.read()
    with database_at_hand(data) as settings:
        receiving = receive_mail(SYSTEM, raw, site_of(settings), screen=build_screen(settings))
        received = run_with_database(settings, receiving)
        print_line(f"posted {received.post_id}" if received.post_id else f"{received.state}: {received.reason}")
