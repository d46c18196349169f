"""Questions from a file rather than from people: only for measuring, in a database made for it."""

from collections.abc import Sequence
from hashlib import sha256
from uuid import UUID

from kb.clusters.embedding import ensure_vectors
from kb.core.clock import now
from kb.core.database import execute_many
from kb.core.ids import new_id
from kb.ports.embedder import Embedder
from kb.text.cleaning import question_text

LONGEST_TITLE = 300


async def place_questions(texts: Sequence[str], embedder: Embedder) -> list[UUID]:
    """Write each text as a question nobody has considered yet, with its vector; returns their ids, in the same order.

    The first line is the title. Cleaned as what people ask is.
    """
    ids = [new_id() for _ in texts]
    asked_at = now()
    rows = []
    for id_, text in zip(ids, texts, strict=True):
        title, _, body = text.partition("\n")
        cleaned = question_text(title, body)
        rows.append((id_, title[:LONGEST_TITLE], cleaned, sha256(cleaned.encode()).digest(), asked_at))
    await execute_many(
        "insert into question (id, source_kind, source_id, parent_id, title, text, text_hash, visibility, asked_at, created_at)"
        " values ($1, 'ticket', $1, $1, $2, $3, $4, 'public', $5, $5)",
        rows,
    )
    await ensure_vectors(ids, embedder)
    return ids
