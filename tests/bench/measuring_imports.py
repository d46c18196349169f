"""How fast a support desk comes in, how fast the loop reads it afterwards, and whether fresh questions wait for that."""

import os
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from kb.core.actor import SYSTEM
from kb.core.database import fetch_value
from kb.imports.catching_up import catch_up, read_catching_up
from kb.imports.desks.bringing_in import import_desk
from kb.imports.desks.zendesk import Zendesk
from kb.ports.embedder import Embedder
from tests.bench import measuring
from tests.bench.figures import Figure
from tests.bench.old_desk import plant_desk

READING_SECONDS = 20.0
"""Long enough for a few thousand texts."""


async def importing(tickets: int) -> Figure:
    """From the first document to the last row, without embedding."""
    with TemporaryDirectory() as folder:
        plant_desk(Path(folder), tickets)
        began, spent = time.perf_counter(), _cpu_seconds()
        with Zendesk(Path(folder)) as desk:
            counts = await import_desk(SYSTEM, desk, kind="zendesk", source="bench")
        seconds, spent = time.perf_counter() - began, _cpu_seconds() - spent
    messages = await fetch_value("select count(*) from ticket_message")
    note = f"{messages:,} messages, {counts.people.imported:,} people; {1000 * spent / tickets:.2f} ms of CPU a ticket beside the database"
    return Figure("import of a desk", counts.tickets.imported / seconds, "tickets/s", 1_000, at_most=False, note=note)


def _cpu_seconds() -> float:
    """Of this process and of those it started that have ended."""
    return sum(os.times()[:4])


async def reading(embedder: Embedder) -> Figure:
    """What one worker with nothing else to do makes of it in a turn."""
    await embedder.embed(["warm up"])
    began = time.perf_counter()
    done = await catch_up(embedder, seconds=READING_SECONDS)
    rate = done / (time.perf_counter() - began)
    state = await read_catching_up(SYSTEM)
    note = f"{state.done:,} of {state.all:,} questions, about {state.minutes_left} min left"
    return Figure("imported questions read", rate, "texts/s", note=note)


async def fresh_while_reading() -> Figure:
    """Questions asked while the worker is at it."""
    figure = await measuring.asked_to_clustered()
    left = (await read_catching_up(SYSTEM)).left
    return Figure(
        f"{figure.name}, importing",
        figure.value,
        figure.unit,
        figure.budget,
        note=f"{figure.note}; {left:,} texts still waited",
    )
