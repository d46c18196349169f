"""What a search index outside the database is given: questions of topics and tickets, and published articles."""

from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID

from kb.clusters.vectors import vectors_from_bytes
from kb.core.database import fetch_all, fetch_one, fetch_value
from kb.ports.search_index import Document, Mark, VectorSpace
from kb.text.plain import plain_from_html

BATCH = 500
"""Documents a write: with vectors about 4 MB of JSON, far under the 100 MB Meilisearch takes."""

TEXT_LENGTH = 8_000
"""Characters of a text that are indexed; further down stand logs."""

DIGITS = "0123456789abcdef"

_QUESTIONS = (
    " from question q left join topic t on q.source_kind = 'topic' and t.id = q.parent_id left join space s on s.id = t.space_id"
    " left join question_vector v on v.question_id = q.id and v.text_hash = q.text_hash"
    "   and v.model_id = (select id from embedding_model where active)"
    " where q.source_kind in ('topic', 'ticket') and t.hidden_at is null and t.unlisted_at is null"
)
_GENERATION = "q.generation * 2 + (v.question_id is not null)::int as generation"
"""Twice the row's number, and one more once its vector is there: a vector that comes later is a change too."""

_PLACE = "coalesce(s.visibility, q.visibility) as place"
_ARTICLES = " from article q where q.state = 'published'"


async def find_active_space() -> VectorSpace | None:
    """The space of the active model's vectors; None before the first question was embedded."""
    row = await fetch_one("select fingerprint, dimensions from embedding_model where active")
    return VectorSpace(row["fingerprint"], row["dimensions"]) if row else None


async def list_documents_of(parent_ids: Sequence[UUID]) -> list[Document]:
    """All that is to be found of these topics, tickets and articles, as it is now."""
    return await _list("q.parent_id = any($1::uuid[])", "q.id = any($1::uuid[])", list(parent_ids))


async def count_documents() -> int:
    """How many there are in all."""
    return int(
        await fetch_value(
            "select (select count(*) from question where source_kind in ('topic', 'ticket'))"
            " + (select count(*) from article where state = 'published')"
        )
    )


async def find_parents_of(document_ids: Sequence[UUID]) -> set[UUID]:
    """The topics, tickets and articles of these documents, as far as they still exist."""
    rows = await fetch_all(
        "select parent_id from question where id = any($1::uuid[]) union select id from article where id = any($1::uuid[])",
        list(document_ids),
    )
    return {row["parent_id"] for row in rows}


async def each_batch() -> AsyncIterator[list[Document]]:
    """Every document, in pages by id, so that a long walk holds no transaction open."""
    last = UUID(int=0)
    while batch := await _list("q.id > $1", "q.id > $1", last, limit=f" order by q.id limit {BATCH}"):
        whole = sorted(batch, key=lambda document: document.id)[:BATCH]
        yield whole
        last = whole[-1].id


async def list_marks_of_rows(digit: str) -> dict[UUID, Mark]:
    """What an index should hold of the documents whose id ends in this digit."""
    rows = await fetch_all(
        f"select q.id, {_GENERATION}, {_PLACE}{_QUESTIONS} and right(q.id::text, 1) = $1 union all"
        f" select q.id, q.generation * 2, q.visibility{_ARTICLES} and right(q.id::text, 1) = $1",
        digit,
    )
    return {row["id"]: Mark(row["generation"], row["place"]) for row in rows}


async def _list(question_is: str, article_is: str, value: Any, *, limit: str = "") -> list[Document]:
    rows = await fetch_all(
        f"(select q.id, q.source_kind as kind, q.parent_id, q.title, left(q.text, {TEXT_LENGTH}) as text, q.visibility,"
        f" {_PLACE}, {_GENERATION}, vector_send(v.vector) as vector{_QUESTIONS} and {question_is}{limit})"
        f" union all (select q.id, 'article', q.id, q.title, left(q.body_html, {TEXT_LENGTH}), q.visibility, q.visibility,"
        f" q.generation * 2, null{_ARTICLES} and {article_is}{limit})",
        value,
    )
    return [_document(row) for row in rows]


def _document(row: Any) -> Document:
    return Document(
        id=row["id"],
        kind=row["kind"],
        parent_id=row["parent_id"],
        title=row["title"],
        text=plain_from_html(row["text"]) if row["kind"] == "article" else row["text"],
        visibility=row["visibility"],
        mark=Mark(row["generation"], row["place"]),
        vector=vectors_from_bytes([row["vector"]])[0] if row["vector"] else None,
    )
