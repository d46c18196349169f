"""Counting the SQL a request runs."""

from collections.abc import Iterator
from contextlib import contextmanager

from kb.core.database import listen_to_statements

_RESET = "SELECT pg_advisory_unlock_all()"
"""What the pool runs when a connection comes back; no page asked for it."""


@contextmanager
def statements_run() -> Iterator[list[str]]:
    """The SQL texts run inside the block, as they come."""
    seen: list[str] = []

    def note(sql: str) -> None:
        if not sql.startswith(_RESET):
            seen.append(sql)

    stop = listen_to_statements(note)
    try:
        yield seen
    finally:
        stop()
