"""Counting the SQL a request runs."""

from collections.abc import Iterator
from contextlib import contextmanager

from kb.core.database import listen_to_statements


@contextmanager
def statements_run() -> Iterator[list[str]]:
    """The SQL texts run inside the block, as they come."""
    seen: list[str] = []
    stop = listen_to_statements(seen.append)
    try:
        yield seen
    finally:
        stop()
