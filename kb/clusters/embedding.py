"""Vectors for questions: each text embedded once a model, and never compared across models."""

from collections.abc import Sequence
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from kb.clusters.nearest import Space, build_index
from kb.core.clock import now
from kb.core.database import execute, execute_many, fetch_all, fetch_value
from kb.ports.embedder import Embedder

BATCH = 64


async def ensure_model(embedder: Embedder) -> int:
    """The id of this embedder's model, registered at first sight. The first model of an installation is the active one.

    Its index is built here, while there is nothing to index.
    """
    known = await fetch_value("select id from embedding_model where fingerprint = $1", embedder.fingerprint)
    if known is not None:
        return int(known)
    await execute(
        "insert into embedding_model (fingerprint, dimensions, active, created_at)"
        " values ($1, $2, not exists (select 1 from embedding_model where active), $3) on conflict do nothing",
        embedder.fingerprint,
        embedder.dimensions,
        now(),
    )
    model_id = int(await fetch_value("select id from embedding_model where fingerprint = $1", embedder.fingerprint))
    await build_index(Space(model_id, embedder.dimensions))
    return model_id


async def ensure_vectors(question_ids: Sequence[UUID], embedder: Embedder) -> int:
    """Give these questions vectors where theirs are missing or of an older text; returns how many texts were embedded.

    Works outside any transaction: embedding is slow. A text that some question has a vector for already is not embedded again.
    """
    model_id = await ensure_model(embedder)
    await _copy_known(question_ids, model_id)
    rows = await fetch_all(
        "select q.id, q.text, q.text_hash from question q left join question_vector v"
        "   on v.question_id = q.id and v.model_id = $2 and v.text_hash = q.text_hash"
        " where q.id = any($1::uuid[]) and v.question_id is null order by length(q.text), q.id",
        list(question_ids),
        model_id,
    )
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        vectors = await embedder.embed([row["text"] for row in batch])
        await execute_many(
            "insert into question_vector (question_id, model_id, text_hash, dimensions, vector)"
            " select $1, $2, $3, $4, $5::text::vector where exists (select 1 from question where id = $1)"
            " on conflict (question_id, model_id) do update set text_hash = excluded.text_hash, vector = excluded.vector",
            [
                (row["id"], model_id, row["text_hash"], embedder.dimensions, vector_text(vector))
                for row, vector in zip(batch, vectors, strict=True)
            ],
        )
    return len(rows)


async def _copy_known(question_ids: Sequence[UUID], model_id: int) -> None:
    await execute(
        "insert into question_vector (question_id, model_id, text_hash, dimensions, vector)"
        " select distinct on (q.id) q.id, v.model_id, v.text_hash, v.dimensions, v.vector"
        " from question q join question o on o.text_hash = q.text_hash"
        " join question_vector v on v.question_id = o.id and v.model_id = $2 and v.text_hash = q.text_hash"
        " where q.id = any($1::uuid[]) and o.id <> q.id"
        " on conflict (question_id, model_id) do update set text_hash = excluded.text_hash, vector = excluded.vector"
        " where question_vector.text_hash <> excluded.text_hash",
        list(question_ids),
        model_id,
    )


def vector_text(vector: NDArray[np.float32]) -> str:
    """The form pgvector reads."""
    return "[" + ",".join(f"{value:.7g}" for value in vector.tolist()) + "]"
