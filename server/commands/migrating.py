"""Bringing the database to the present shape."""

from pathlib import Path
from typing import Annotated

import typer

from kb.core.migrating import migrate
from server.commands.output import print_line
from server.commands.surroundings import database_at_hand, run_with_database

Data = Annotated[Path | None, typer.Option("--data", help="Data folder of the embedded services.")]


def migrate_database(data: Data = None) -> None:
    """Apply every migration not yet applied. Safe to run again, and while another process does.

    Example: answerloop migrate
    """
    with database_at_hand(data) as settings:
        print_line(f"The database is at {run_with_database(settings, migrate())}.")
