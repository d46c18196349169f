"""Hits of an index are candidates: only what the database confirms at this moment is shown to anybody."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from numpy import float32
from numpy.typing import NDArray

from kb.clusters.embedding import vector_text
from kb.clusters.nearest import find_space
from kb.core.actor import Actor
from kb.core.database import fetch_all
from kb.ports.search_index import Hit, Typed
from kb.search.in_postgres import Judged
from kb.search.queries import _COLUMNS, _RANK, _READABLE, _SOURCES, Found, _found, find_articles, readable_kinds
from kb.search.rules import Clues, enough_words, every_word


async def judge_hits(
    actor: Actor, typed: Typed, hits: Sequence[Hit], *, meant: tuple[str, NDArray[float32]] | None = None
) -> list[Found]:
    """The hits the actor may read now, in their order, with what the database knows of them.

    An index may lag: a right that was revoked, a topic that was hidden or moved is judged by its row, not by the index.
    """
    known = [hit.found for hit in hits if isinstance(hit, Judged)]
    others = [hit for hit in hits if not isinstance(hit, Judged)]
    questions = [hit.id for hit in others if hit.kind != "article"]
    articles = [hit.id for hit in others if hit.kind == "article"]
    if questions:
        nearly = [hit.id for hit in others if hit.is_nearly]
        known += await find_among(actor, typed, questions, nearly=nearly, meant=meant)
    if articles:
        found = await find_articles(actor, typed, {}, len(articles), named=articles)
        known += [one for one in found if one.id in articles]
    return known


_AMONG = (
    f"select {_COLUMNS}, case when q.words @@ to_tsquery('english', $3) then {_RANK % 'q.words'} else 0 end as words,"
    " q.words @@ to_tsquery('english', $4) as every, $5 <% q.title or q.id = any($7::uuid[]) as alike, SIMILARITY as similarity"
    f" from question q{_SOURCES} left join question_vector v on v.question_id = q.id and v.model_id = MODEL"
    f" where q.id = any($6::uuid[]) and {_READABLE}"
)


async def find_among(
    actor: Actor,
    typed: Typed,
    question_ids: Sequence[UUID],
    *,
    nearly: Sequence[UUID] = (),
    meant: tuple[str, NDArray[float32]] | None = None,
) -> list[Found]:
    """What the database says of these questions, which another index named: those the actor may read now, with clues on the
    scale of the other statements. `nearly` hold all words but for typing errors; `meant` is a fingerprint with a vector."""
    space = await find_space(meant[0]) if meant else None
    known: list[Any] = [actor.visibilities, readable_kinds(actor), enough_words(typed), every_word(typed), typed.text]
    known += [list(question_ids), list(nearly)]
    sql = _AMONG.replace("MODEL", str(space.model_id if space else 0))
    if meant and space:
        sql = sql.replace("SIMILARITY", f"1 - (v.vector::{space.kind} <=> $8::text::{space.kind})")
        known.append(vector_text(meant[1]))
    rows = {row["document_id"]: row for row in await fetch_all(sql.replace("SIMILARITY", "null::float"), *known)}
    ordered = [rows[question_id] for question_id in question_ids if question_id in rows]
    return [_found(row, Clues(row["similarity"], row["words"], row["every"], row["alike"])) for row in ordered]
