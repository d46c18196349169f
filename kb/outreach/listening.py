"""Hearing, in any process, that a person has something new to read: Postgres carries the word between them."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID

from kb.core.database import own_connection

LIVE = "live"
"""The Postgres channel; what travels on it is a person's id and nothing else, whoever may be listening."""

STILL_THERE_EVERY = 30.0
"""Seconds between questions to a silent connection: one that died without a word would be waited on for ever."""


async def hear_live(heard: Callable[[UUID], None], *, ready: Callable[[], None]) -> None:
    """Call `heard` with each person's id until the connection is lost, which ends this; `ready` once it listens."""
    lost = asyncio.Event()
    async with own_connection() as conn:
        conn.add_termination_listener(lambda _: lost.set())
        await conn.add_listener(LIVE, lambda *args: _tell(heard, args[-1]))
        ready()
        while not lost.is_set():
            try:
                await asyncio.wait_for(lost.wait(), STILL_THERE_EVERY)
            except TimeoutError:
                await asyncio.wait_for(conn.execute("select 1"), STILL_THERE_EVERY)


def _tell(heard: Callable[[UUID], None], payload: Any) -> None:
    try:
        person_id = UUID(str(payload))
    except ValueError:
        return  # somebody else's word on our channel
    heard(person_id)
