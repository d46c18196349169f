"""The course of an import: stages, batches, checkpoints, refused rows. Interrupted, it goes on; repeated, it changes nothing."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Generic, TypeVar
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute, execute_many, fetch_all, fetch_one
from kb.core.errors import KbError
from kb.core.ids import new_id
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.imports.messages import ImportsWait

BATCH = 500
"""Rows in one transaction: large enough that commits do not count, small enough that an interruption repeats little."""

R = TypeVar("R")
P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class Read(Generic[R]):
    """One row of the source: its line, and either the record or why there is none."""

    line: int
    record: R | None = None
    refusal: str = ""


@dataclass(slots=True)
class Counts:
    """What became of the rows of one stage."""

    imported: int = 0
    unchanged: int = 0
    rejected: int = 0
    rejections: list[tuple[int, str]] = field(default_factory=list)
    """Line and reason of refused rows, the first hundred; all of them are in the database."""

    @property
    def rows(self) -> int:
        """All rows read."""
        return self.imported + self.unchanged + self.rejected


@dataclass(frozen=True, slots=True)
class Stored:
    """What a batch amounted to: rows that were new, and rows that must be refused after all, by line."""

    imported: int
    refused: Sequence[tuple[int, str]] = ()


Store = Callable[[UnitOfWork, Sequence[Read[R]]], Awaitable[Stored]]
Prepare = Callable[[Sequence[Read[R]]], Coroutine[Any, Any, list[Read[P]]]]
OnProgress = Callable[[int], None]
"""Told how many more rows are done."""


@dataclass(frozen=True, slots=True)
class Run:
    """An import under way, and how far each of its stages came before an interruption."""

    id: UUID
    actor: Actor
    source: str
    checkpoints: Mapping[str, int]


async def begin_run(actor: Actor, *, kind: str, source: str) -> Run:
    """Start, or take up where an interrupted run of the same source stopped. A finished one begins anew."""
    row = await fetch_one("select id, finished_at from import_run where kind = $1 and source = $2", kind, source)
    if row is not None and row["finished_at"] is None:
        stages = await fetch_all("select stage, checkpoint from import_stage where run_id = $1", row["id"])
        return Run(row["id"], actor, source, {stage["stage"]: stage["checkpoint"] for stage in stages})
    async with unit_of_work(actor) as unit:
        await execute("delete from import_run where kind = $1 and source = $2", kind, source)
        run_id = new_id()
        await execute(
            "insert into import_run (id, kind, source, started_at) values ($1, $2, $3, $4)",
            run_id,
            kind,
            source,
            unit.now,
        )
        unit.audit("import.begin", "import", run_id, kind=kind, source=source)
    return Run(run_id, actor, source, {})


async def run_stage(
    run: Run,
    stage: str,
    rows: Iterable[Read[R]],
    store: Store[P],
    on_progress: OnProgress = lambda _: None,
    *,
    prepare: Prepare[R, P] | None = None,
) -> Counts:
    """Store the rows batch by batch, each batch in one transaction with its checkpoint and its refusals.

    Rows before the checkpoint of an interrupted run are read past: they were stored by the run before, and count as unchanged.
    `prepare` makes a batch ready outside any transaction, while the batch before it is stored.
    """
    counts = Counts()
    numbered = iter(rows)
    done = counts.unchanged = sum(1 for _ in islice(numbered, run.checkpoints.get(stage, 0)))
    on_progress(done)
    async for batch in _batches(numbered, prepare):
        await _store_batch(run, stage, batch, store, counts)
        on_progress(len(batch))
    return counts


async def _batches(rows: Iterator[Read[R]], prepare: Prepare[R, P] | None) -> AsyncIterator[list[Read[P]]]:
    """Where the source breaks off, what was read of it comes first."""
    ahead: asyncio.Task[list[Read[P]]] | None = None
    failure: KbError | None = None
    try:
        while failure is None:
            batch, failure = _next_batch(rows)
            following = asyncio.create_task((prepare or _as_they_are)(batch)) if batch else None
            if ahead:
                yield await ahead
            ahead = following
            if not batch:
                break
        if ahead:
            yield await ahead
    finally:
        if ahead:
            ahead.cancel()
    if failure:
        raise failure


def _next_batch(rows: Iterator[Read[R]]) -> tuple[list[Read[R]], KbError | None]:
    batch: list[Read[R]] = []
    try:
        batch.extend(islice(rows, BATCH))
    except KbError as error:
        return batch, error
    return batch, None


async def _as_they_are(rows: Sequence[Read[Any]]) -> list[Read[Any]]:
    return list(rows)


async def _store_batch(run: Run, stage: str, batch: list[Read[R]], store: Store[R], counts: Counts) -> None:
    good = [row for row in batch if row.record is not None]
    refused = [(row.line, row.refusal) for row in batch if row.record is None]
    async with unit_of_work(run.actor) as unit:
        stored = await store(unit, good)
        refused += stored.refused
        unchanged = len(batch) - stored.imported - len(refused)
        await _note(run, stage, refused, (len(batch), stored.imported, unchanged, len(refused)))
    counts.imported += stored.imported
    counts.rejected += len(refused)
    counts.unchanged += unchanged
    counts.rejections += refused[: max(0, 100 - len(counts.rejections))]


async def _note(run: Run, stage: str, refused: Sequence[tuple[int, str]], amounts: tuple[int, int, int, int]) -> None:
    """Write down the batch's refusals and its part of the stage's course."""
    await execute_many(
        "insert into import_rejection (run_id, stage, line, reason) values ($1, $2, $3, $4) on conflict do nothing",
        [(run.id, stage, line, reason[:500]) for line, reason in refused],
    )
    await execute(
        "insert into import_stage as s (run_id, stage, checkpoint, imported, unchanged, rejected) values ($1, $2, $3, $4, $5, $6)"
        " on conflict (run_id, stage) do update set checkpoint = s.checkpoint + $3, imported = s.imported + $4,"
        " unchanged = s.unchanged + $5, rejected = s.rejected + $6",
        run.id,
        stage,
        *amounts,
    )


async def finish_run(run: Run) -> None:
    """The source has been read to its end."""
    async with unit_of_work(run.actor) as unit:
        await execute("update import_run set finished_at = $2 where id = $1", run.id, unit.now)
        unit.audit("import.finish", "import", run.id)
        unit.emit(ImportsWait())
