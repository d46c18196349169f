"""The one source of the present moment, so that tests can hold it still."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_held: ContextVar[datetime | None] = ContextVar("held_clock", default=None)


def now() -> datetime:
    """The present moment in UTC, aware."""
    return _held.get() or datetime.now(UTC)


@contextmanager
def clock_held_at(moment: datetime) -> Iterator[None]:
    """Make `now()` answer `moment` inside the block: for replaying a log and for tests."""
    token = _held.set(moment)
    try:
        yield
    finally:
        _held.reset(token)
