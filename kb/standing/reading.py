"""Counting what people read: noted in the web process, written down by the handful, one row a person and day.

A page costs no statement this way. A process that is killed loses what it noted in the last half minute, which is no harm.
"""

import asyncio
from datetime import date, timedelta
from uuid import UUID

import asyncpg
import structlog

from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.database import execute, execute_many

log = structlog.get_logger()

TOPICS_A_DAY = 500
"""Counted of one day; whoever opens more reads none of them."""

WRITTEN_EVERY = timedelta(seconds=30)

KEPT_FOR = timedelta(days=400)
"""A year and some: days visited count towards levels, not for ever."""


class ReadingNotes:
    """What one process noted and has not written down yet."""

    def __init__(self) -> None:
        self._topics: dict[tuple[UUID, date], set[int]] = {}

    def note(self, actor: Actor, number: int) -> None:
        """Somebody read a topic. Strangers are not counted."""
        if actor.person_id is not None:
            self._topics.setdefault((actor.person_id, now().date()), set()).add(number)

    async def write_down(self) -> int:
        """Write all that was noted; returns how many days of people it was. A topic read twice on a day counts once."""
        taken, self._topics = self._topics, {}
        rows = [(*key, sorted(numbers)[:TOPICS_A_DAY], TOPICS_A_DAY) for key, numbers in sorted(taken.items())]
        if rows:
            await execute_many(_ADD, rows)
        return len(rows)


async def keep_reading(notes: ReadingNotes) -> None:
    """Write down what is noted, every `WRITTEN_EVERY`, until cancelled. A database that is away costs the notes of its absence."""
    while True:
        await asyncio.sleep(WRITTEN_EVERY.total_seconds())
        try:
            await notes.write_down()
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            log.warning("reading.lost", error=str(error))


_ADD = """
insert into reading_day as r (person_id, day, topics) select p.id, $2, $3 from person p where p.id = $1
on conflict (person_id, day) do update set topics =
    (array(select distinct unnest(r.topics || excluded.topics)))[1:$4]
where not r.topics @> excluded.topics and cardinality(r.topics) < $4
"""


async def forget_old_reading() -> int:
    """Drop days that are too long ago to count; returns how many."""
    return await execute("delete from reading_day where day < $1", (now() - KEPT_FOR).date())
