"""While somebody types only the newest question matters: an older one still being worked on is dropped, down to its statements."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

R = TypeVar("R")


class NewestWins:
    """Work by who asks for it, one piece each. Knows of this process alone: behind several, an older piece may run to its end."""

    def __init__(self) -> None:
        self._running: dict[str, asyncio.Task[Any]] = {}

    async def run(self, key: str, work: Coroutine[Any, Any, R]) -> R | None:
        """What the work gives, or None as soon as newer work came under the same key.

        Dropping a task cancels the statements it waits for: asyncpg tells the server. An empty key is nobody's and never dropped.
        """
        if not key:
            return await work
        if older := self._running.get(key):
            older.cancel()
        task: asyncio.Task[R] = asyncio.create_task(work)
        self._running[key] = task
        try:
            return await task
        except asyncio.CancelledError:
            asking = asyncio.current_task()
            if asking and asking.cancelling():  # not, or not only, overtaken: whoever asked has gone away
                task.cancel()
                raise
            return None
        finally:
            if self._running.get(key) is task:
                del self._running[key]
