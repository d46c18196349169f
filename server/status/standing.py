"""The quiet line above the forum's pages while something is wrong."""

from contextlib import suppress
from typing import Any

import asyncpg
from litestar import Request

from kb.status.standing import list_standing

_DOWN = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)


async def look_at_incidents(request: Request[Any, Any, Any]) -> None:
    """Before a page is made: bring up to date what `standing_now` tells it, once in several seconds.

    Where the database is away the page says what was known last; it has greater troubles.
    """
    if (
        request.method == "GET"
        and "text/html" in request.headers.get("accept", "")
        and "hx-request" not in request.headers
    ):
        with suppress(*_DOWN):
            await list_standing()
