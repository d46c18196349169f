"""Counting the statements a page costs."""

from collections.abc import Iterator
from contextlib import contextmanager

from kb.core.database import listen_to_statements

HOUSEKEEPING = ("SELECT pg_advisory_unlock_all", "BEGIN", "COMMIT", "ROLLBACK")
"""What the pool and transactions say for themselves."""


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    """The statements run inside the block, in order, without the pool's own."""
    seen: list[str] = []
    stop = listen_to_statements(lambda sql: None if sql.startswith(HOUSEKEEPING) else seen.append(sql))
    try:
        yield seen
    finally:
        stop()
