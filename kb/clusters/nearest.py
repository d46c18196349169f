"""The nearest questions, up to a million and beyond: found by the signs of their vectors' values, ordered by the vectors themselves.

An index over one bit a value is a fifth as large as one over the vectors and is built in a fifth less time; what it finds is
re-ranked exactly. Recall and times: README, `make bench`. One index a model, because lengths differ and vectors of different
models never meet.
"""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kb.clusters.calibration import FRESH_SECONDS
from kb.clusters.rules import Near
from kb.core.database import DB, connection, fetch_one

LEAST_RANKED = 450
"""Candidates ranked exactly, and no fewer: over a million vectors 250 find .935 of the true ten, 350 .959, 450 .974 (`make bench`)."""

RANKED_FOR_EACH = 8
"""Candidates for each question asked for, where that is more."""

MOST_LOOKED_AT = 1000
"""pgvector's own limit of what a scan looks at in one go."""

MOST_SCANNED = 100_000
"""Vectors the index may walk past because the reader may not see them, before it gives up; pgvector's own limit is 20,000,
which a desk full of private tickets around one public topic would exhaust."""


@dataclass(frozen=True, slots=True)
class Space:
    """The vectors of one model."""

    model_id: int
    dimensions: int

    @property
    def kind(self) -> str:
        """The type its vectors are cast to, as the index knows them."""
        return f"vector({int(self.dimensions)})"

    def signs(self, vector: str) -> str:
        """SQL for the signs of a vector's values, written as the index is."""
        return f"binary_quantize({vector}::{self.kind})::bit({int(self.dimensions)})"


_spaces: dict[tuple[int, str], tuple[float, Space]] = {}


async def find_space(fingerprint: str) -> Space | None:
    """The space of the model with this fingerprint, from memory while that is fresh: a model that was forgotten and built again has
    another number. Another pool is another database."""
    read_at, known = _spaces.get((id(DB.pool), fingerprint), (0.0, None))
    if known is None or time.monotonic() - read_at > FRESH_SECONDS:
        row = await fetch_one("select id, dimensions from embedding_model where fingerprint = $1", fingerprint)
        if row is None:
            return None
        known = Space(row["id"], row["dimensions"])
        _spaces[id(DB.pool), fingerprint] = time.monotonic(), known
    return known


def forget_spaces() -> None:
    """For tests, whose databases are emptied and number their models anew."""
    _spaces.clear()


async def build_index(space: Space) -> None:
    """The index over this model's vectors, unless it is there. Quick while there are none yet."""
    async with connection() as conn:
        await conn.execute(
            f"create index if not exists question_vector_signs_{int(space.model_id)} on question_vector"
            f" using hnsw (({space.signs('vector')}) bit_hamming_ops) where model_id = {int(space.model_id)}"
        )


def nearest_sql(space: Space, *, to: str, limit: str, ranked: str, joined: str = "", where: str = "true") -> str:
    """A statement giving `question_id` and cosine `distance` of the nearest rows that pass `where`, nearest first.

    All parts are SQL: `to` is the vector asked for (a sub-select is computed once, anything else for each row), `limit` and
    `ranked` numbers or places (see `count_ranked`), `joined` what `where` needs beside `v` (question_vector). The filter
    stands inside the scan of the index, which goes on until enough rows have passed it; so what a reader may not see never
    crowds out what they may.
    """
    return (
        f"select c.question_id, c.vector::{space.kind} <=> {to} as distance from ("
        f"select v.question_id, v.vector from question_vector v{joined}"
        f" where v.model_id = {int(space.model_id)} and {where}"
        f" order by {space.signs('v.vector')} <~> {space.signs(to)} limit {ranked}"
        f") c order by distance limit {limit}"
    )


def count_ranked(limit: int) -> int:
    """How many candidates are ranked exactly to find `limit` questions."""
    return min(MOST_LOOKED_AT, max(LEAST_RANKED, RANKED_FOR_EACH * limit))


@asynccontextmanager
async def looking_around(limit: int) -> AsyncIterator[Any]:
    """A connection whose scans of the index look far enough for `limit` questions, and on past those that are filtered out."""
    async with connection() as conn, conn.transaction():
        await conn.execute(
            f"set local hnsw.iterative_scan = strict_order; set local hnsw.ef_search = {count_ranked(limit)};"
            f" set local hnsw.max_scan_tuples = {MOST_SCANNED}; set local hnsw.scan_mem_multiplier = 8; set local jit = off"
        )
        yield conn


async def find_nearest(question_id: UUID, space: Space, *, limit: int) -> list[Near]:
    """The nearest questions to one that has a vector, whoever may read them: for machines, not for readers."""
    sql = nearest_sql(space, to="(select v from mine)", limit="$2", ranked="$3", where="v.question_id <> $1")
    async with looking_around(limit) as conn:
        rows = await conn.fetch(
            f"with mine as (select vector::{space.kind} as v from question_vector"
            f" where question_id = $1 and model_id = {int(space.model_id)})"
            f" select n.question_id, q.cluster_id, 1 - n.distance as similarity from ({sql}) n"
            " join question q on q.id = n.question_id where n.distance is not null order by n.distance, n.question_id",
            question_id,
            limit,
            count_ranked(limit),
        )
    return [Near(row["question_id"], row["cluster_id"], float(row["similarity"])) for row in rows]
