"""Questions with made-up vectors, many at once: for what is about vectors and not about words."""

import struct
from collections.abc import Sequence
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from kb.core.clock import now
from kb.core.database import connection, fetch_value
from kb.core.ids import new_id


async def plant_model(fingerprint: str, dimensions: int, *, active: bool = False) -> int:
    """A registered model without an index."""
    return int(
        await fetch_value(
            "insert into embedding_model (fingerprint, dimensions, active, created_at) values ($1, $2, $3, $4) returning id",
            fingerprint, dimensions, active, now(),
        )
    )  # fmt: skip


async def plant_questions(texts: Sequence[str], *, visibility: str = "public") -> list[UUID]:
    """One a text, in order, without topics: nobody opens them."""
    ids, moment = [new_id() for _ in texts], now()
    async with connection() as conn:
        await conn.copy_records_to_table(
            "question",
            columns=["id", "source_kind", "source_id", "parent_id", "title", "text", "text_hash", "visibility", "asked_at", "created_at"],
            records=((i, "help", i, i, text[:100], text, i.bytes, visibility, moment, moment) for i, text in zip(ids, texts, strict=True)),
        )  # fmt: skip
    return ids


async def plant_vectors(ids: Sequence[UUID], model_id: int, vectors: NDArray[np.float32]) -> None:
    """Their places in a model's space."""
    size = vectors.shape[1]
    head = struct.pack(">HH", size, 0)
    async with connection() as conn:
        await conn.set_type_codec(
            "vector",
            schema="public",
            encoder=lambda row: head + row.astype(">f4").tobytes(),
            decoder=bytes,
            format="binary",
        )
        try:
            await conn.copy_records_to_table(
                "question_vector",
                columns=["question_id", "model_id", "text_hash", "dimensions", "vector"],
                records=((i, model_id, i.bytes, size, row) for i, row in zip(ids, vectors, strict=True)),
            )
        finally:
            await conn.reset_type_codec("vector", schema="public")
