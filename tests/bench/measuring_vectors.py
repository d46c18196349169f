"""How vectors behave by the hundred thousand: the nearest in the database, and a whole refresh's grouping."""

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kb.clusters.nearest import Space, build_index, find_nearest
from kb.core.database import execute, fetch_value
from tests.bench.figures import Figure, percentile
from tests.support.vectors import plant_model, plant_questions, plant_vectors

ASKED = 300
ROWS_AT_ONCE = 50_000


async def nearest_in_database(vectors: NDArray[np.float32]) -> list[Figure]:
    """Recall of ten neighbours against comparing all, and the time of one search, over planted vectors."""
    size, dimensions = vectors.shape
    space = Space(await plant_model(f"bench-{size}", dimensions), dimensions)
    ids = []
    for start in range(0, size, ROWS_AT_ONCE):
        rows = np.asarray(vectors[start : start + ROWS_AT_ONCE])
        here = await plant_questions(["x"] * len(rows))
        await plant_vectors(here, space.model_id, rows)
        ids += here
    began = time.perf_counter()
    await build_index(space)
    built = time.perf_counter() - began
    await execute("analyze question_vector")
    asked = np.random.default_rng(1).choice(size, ASKED, replace=False)
    true = compare_all(vectors, asked, 10)
    seconds, found = [], 0
    for row, expected in zip(asked, true, strict=True):
        began = time.perf_counter()
        near = await find_nearest(ids[row], space, limit=10)
        seconds.append(time.perf_counter() - began)
        found += len({n.question_id for n in near} & {ids[other] for other in expected})
    bytes_used = await fetch_value(
        "select pg_relation_size($1::text::regclass)", f"question_vector_signs_{space.model_id}"
    )
    note = f"{size:,} vectors; index {bytes_used / 1e6:,.0f} MB, built in {built:.0f} s; p50 {percentile(seconds, 0.5) * 1000:.1f} ms"
    return [
        Figure("nearest in Postgres, recall@10", found / (10 * ASKED), "", 0.97, at_most=False, note=note),
        Figure("nearest in Postgres, p95", percentile(seconds, 0.95) * 1000, "ms", 20, note=note),
    ]


def compare_all(vectors: NDArray[np.float32], rows: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """The true nearest of these rows, themselves left out; block by block, so that a file of vectors is never loaded whole."""
    best = np.full((len(rows), count), -np.inf, dtype=np.float32)
    whose = np.zeros((len(rows), count), dtype=np.int64)
    for start in range(0, len(vectors), ROWS_AT_ONCE):
        near = np.asarray(vectors[rows]) @ np.asarray(vectors[start : start + ROWS_AT_ONCE]).T
        own = (rows >= start) & (rows < start + near.shape[1])
        near[np.flatnonzero(own), rows[own] - start] = -np.inf
        both = np.concatenate([best, near], axis=1)
        ends = np.concatenate([whose, np.broadcast_to(np.arange(start, start + near.shape[1]), near.shape)], axis=1)
        kept = np.argpartition(-both, count - 1, axis=1)[:, :count]
        best, whose = np.take_along_axis(both, kept, 1), np.take_along_axis(ends, kept, 1)
    return whose


def grouping(vectors: Path, texts: Path, size: int) -> list[Figure]:
    """A refresh's computing in a process of its own, so that its peak is its own: seconds, and memory that is not a file's."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "tests.bench.grouping_once", str(vectors), str(texts), str(size)]
    told = subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ).stdout.split()
    seconds, gigabytes = time.perf_counter() - began, float(told[0]) / 1e9
    most_seconds, most_gigabytes = (60, 2) if size <= 100_000 else (900, 8)
    note = f"{size:,} questions, {told[1]} clusters"
    return [
        Figure("grouping of a refresh", seconds, "s", most_seconds, note=note),
        Figure("grouping of a refresh, memory", gigabytes, "GB", most_gigabytes, note=note),
    ]


PEOPLE_SHARE = 20
"""Questions for each person who asks."""


async def whole_refresh(url: str, vectors: NDArray[np.float32], words: list[str]) -> list[Figure]:
    """A refresh as the worker runs it, in a process of its own: read, grouped, written and named; then again with nothing new.

    The first founds every cluster out of nothing, which no installation does at this size: it is the most there can be to write.
    """
    size, dimensions = vectors.shape
    model_id = await plant_model(f"bench-{size}", dimensions, active=True)
    for start in range(0, size, ROWS_AT_ONCE):
        ids = await plant_questions(words[start : start + ROWS_AT_ONCE])
        await plant_vectors(ids, model_id, np.asarray(vectors[start : start + ROWS_AT_ONCE]))
    await execute(
        "insert into person (id, name, created_at) select gen_random_uuid(), 'P' || n, now() from generate_series(1, $1) n",
        size // PEOPLE_SHARE,
    )
    await execute(
        "update question q set considered_at = now(), person_id = p.id from"
        " (select id, row_number() over () as n from question) o, (select id, row_number() over () as n from person) p"
        " where o.id = q.id and p.n = 1 + o.n % $1",
        size // PEOPLE_SHARE,
    )
    await execute("analyze")
    command = [sys.executable, "-m", "tests.bench.refreshing_once", url]
    told = subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ).stdout.split()
    gigabytes, first, again = float(told[0]) / 1e9, float(told[1]), float(told[4])
    most_seconds, most_gigabytes = (60, 2) if size <= 100_000 else (900, 8)
    return [
        Figure(
            "whole refresh, out of nothing", first, "s", most_seconds, note=f"{size:,} questions, {told[2]} clusters"
        ),
        Figure(
            "whole refresh, nothing new", again, "s", most_seconds, note=f"{size:,} questions, {told[6]} of them moved"
        ),
        Figure("whole refresh, memory", gigabytes, "GB", most_gigabytes, note=f"{size:,} questions"),
    ]
