"""Fixtures of this room."""

from collections.abc import Iterator

import pytest

from kb.core.database import listen_to_statements


@pytest.fixture
def statements(db: str) -> Iterator[list[str]]:
    """Every SQL statement run while the test runs, but what the pool itself says."""
    seen: list[str] = []
    stop = listen_to_statements(seen.append)
    yield seen
    stop()
