"""Everything that runs by the clock: how often, and what it repairs or refreshes. OPERATIONS.md is tested against this list."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from jobs.tools import Tools


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A job by the clock. `every` is in seconds and divides a minute, an hour or a day, so that runs fall on round times."""

    name: str
    every: int
    run: Callable[[Tools], Awaitable[object]]
    help: str


SCHEDULE: tuple[Scheduled, ...] = ()
