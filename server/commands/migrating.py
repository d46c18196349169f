"""Bringing the database to the present shape."""

from kb.core.migrating import migrate
from server.commands.output import print_line
from server.commands.surroundings import Data, database_at_hand, run_with_database


def migrate_database(data: Data = None) -> None:
    """Apply every migration not yet applied. Safe to run again, and while another process does.

    Example: answerloop migrate
    """
    with database_at_hand(data) as settings:
        print_line(f"The database is at {run_with_database(settings, migrate())}.")
