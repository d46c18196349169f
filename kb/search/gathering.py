"""Both indexes asked at once, each with its own patience; what one cannot tell, the other still does."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import asyncpg
import structlog
from numpy import float32
from numpy.typing import NDArray

from kb.clusters.calibration import Purpose, find_floor
from kb.clusters.following import embedder_in_force
from kb.core.actor import Actor
from kb.core.errors import Unavailable
from kb.core.saying import say
from kb.ports.embedder import Embedder
from kb.ports.search_index import SearchIndex, Typed
from kb.search.in_postgres import IN_POSTGRES
from kb.search.judging import judge_hits
from kb.search.queries import Found, find_articles, find_newest
from kb.search.rules import EMBED_PATIENCE, FLOOR, SEARCH_PATIENCE, WORDS_WEIGHT, Clues, weigh
from kb.text.cleaning import question_text
from kb.text.languages import detect_language

log = structlog.get_logger()

WITHOUT_MEANING = say("Only the same words are found just now; questions that say it differently are missing.")
WITHOUT_WORDS = say("Only similar meaning is found just now; exact words may be missing.")
WITHOUT_BOTH = say("Searching is not possible just now.")

_DOWN = (Unavailable, TimeoutError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError)


@dataclass(frozen=True, slots=True)
class Ways:
    """How this installation searches: which index it asks, what shared words weigh beside meaning, and whose floor counts."""

    index: SearchIndex = IN_POSTGRES
    words_weight: float = WORDS_WEIGHT
    purpose: Purpose = Purpose.DUPLICATE


THE_DATABASE = Ways()
"""Searching in Postgres alone, as every installation can."""


@dataclass(frozen=True, slots=True)
class Scored:
    """One topic, ticket or article with its place in the order."""

    found: Found
    score: float


@dataclass(frozen=True, slots=True)
class Gathered:
    """What both indexes named, best first, each thing once. `degraded` says what is missing, None when nothing is.

    `floor` is the similarity from which on meaning alone is enough, for this model, this language and what it is asked for.
    """

    scored: tuple[Scored, ...]
    by_meaning: bool
    degraded: str | None
    floor: float = FLOOR


async def gather_found(
    actor: Actor, typed: Typed, *, body: str = "", embedder: Embedder, limit: int, ways: Ways = THE_DATABASE
) -> Gathered:
    """Ask words and meaning for `limit` candidates each, then articles, and put all in one order.

    Operators are the database's to answer: only it knows at this moment what is solved, where a topic stands and who wrote in it.
    """
    if not typed.words:
        return await _gather_newest(actor, typed, limit)
    ways = replace(ways, index=IN_POSTGRES) if typed.is_narrowed else ways
    floor, meant, worded = await asyncio.gather(
        _floor_for(ways.purpose, f"{typed.text} {body}", embedder),
        _unless_down("meaning", _ask_meaning(actor, typed, body, embedder, ways.index, limit)),
        _unless_down("words", asyncio.wait_for(_ask_words(actor, typed, ways.index, limit), SEARCH_PATIENCE)),
    )
    if meant is None and worded is None:
        return Gathered((), by_meaning=False, degraded=WITHOUT_BOTH)
    named = _merge([*(meant or ()), *(worded or ())])
    articles = await _unless_down("articles", find_articles(actor, typed, _near_clusters(named, floor), limit))
    found = _merge([*named, *(articles or ())])
    scores = weigh([one.clues for one in found], ways.words_weight)
    order = sorted(zip(found, scores, strict=True), key=lambda pair: (-pair[1], pair[0].kind, str(pair[0].id)))
    return Gathered(
        tuple(Scored(one, score) for one, score in order),
        by_meaning=meant is not None,
        degraded=WITHOUT_MEANING if meant is None else WITHOUT_WORDS if worded is None else ways.index.missing(),
        floor=floor,
    )


async def _gather_newest(actor: Actor, typed: Typed, limit: int) -> Gathered:
    """Within the limits, newest first; no words, so nothing to weigh."""
    named, articles = await asyncio.gather(
        _unless_down("words", find_newest(actor, typed, limit)),
        _unless_down("articles", find_articles(actor, typed, {}, limit)),
    )
    if named is None and articles is None:
        return Gathered((), by_meaning=False, degraded=WITHOUT_BOTH)
    found = [replace(one, clues=Clues(words=1.0)) for one in _merge([*(named or ()), *(articles or ())])]
    order = sorted(found, key=lambda one: (one.asked_at, str(one.id)), reverse=True)
    return Gathered(tuple(Scored(one, 0.0) for one in order), by_meaning=False, degraded=None)


async def _floor_for(purpose: Purpose, text: str, embedder: Embedder) -> float:
    """The calibrated floor; where model or database are down nothing has a similarity, and any floor will do."""
    try:
        model = await embedder_in_force(embedder)
        fingerprint = await asyncio.to_thread(getattr, model, "fingerprint")
        language = await asyncio.to_thread(detect_language, text)
        return (await find_floor(purpose, fingerprint=fingerprint, language=language)).floor
    except _DOWN:
        return FLOOR


async def _ask_words(actor: Actor, typed: Typed, index: SearchIndex, limit: int) -> list[Found]:
    return await judge_hits(actor, typed, await index.find_by_words(actor, typed, limit))


async def _ask_meaning(
    actor: Actor, typed: Typed, body: str, embedder: Embedder, index: SearchIndex, limit: int
) -> list[Found]:
    """The text is cleaned as questions are before they are embedded: like is compared with like."""
    asked = await asyncio.to_thread(question_text, typed.text, body)
    model = await embedder_in_force(embedder)
    vectors = await asyncio.wait_for(model.embed([asked]), EMBED_PATIENCE)
    fingerprint = await asyncio.to_thread(getattr, model, "fingerprint")  # hashes a model's files at first sight
    nearest = _find_meant(actor, typed, index, (fingerprint, vectors[0]), limit)
    return await asyncio.wait_for(nearest, SEARCH_PATIENCE)


async def _find_meant(
    actor: Actor, typed: Typed, index: SearchIndex, meant: tuple[str, NDArray[float32]], limit: int
) -> list[Found]:
    fingerprint, vector = meant
    hits = await index.find_by_meaning(actor, typed, fingerprint=fingerprint, vector=vector, limit=limit)
    return await judge_hits(actor, typed, hits, meant=meant)


async def _unless_down(source: str, asking: Awaitable[list[Found]]) -> list[Found] | None:
    """The answer, or None, counted in the log, where the source is down or slow."""
    try:
        return await asking
    except _DOWN as error:
        log.warning("search.source_down", source=source, reason=type(error).__name__)
        return None


def _merge(found: Sequence[Found]) -> list[Found]:
    """Each topic or ticket once, by its best question, with what either index knows of it."""
    merged: dict[tuple[str, UUID], Found] = {}
    for one in found:
        known = merged.get((one.kind, one.id))
        merged[one.kind, one.id] = _join(known, one) if known else one
    return list(merged.values())


def _join(a: Found, b: Found) -> Found:
    """The nearer of two questions of one thing stands for it; clues add up."""
    first = a if (a.clues.similarity or 0.0) >= (b.clues.similarity or 0.0) else b
    known = [one.clues.similarity for one in (a, b) if one.clues.similarity is not None]
    clues = Clues(
        max(known, default=None),
        max(a.clues.words, b.clues.words),
        a.clues.every or b.clues.every,
        a.clues.alike or b.clues.alike,
    )
    return replace(first, clues=clues)


def _near_clusters(found: Sequence[Found], floor: float) -> dict[UUID, float]:
    """The clusters of the questions that mean the same, with the best similarity in each."""
    near: dict[UUID, float] = {}
    for one in found:
        if one.cluster_id and one.clues.similarity is not None and one.clues.similarity >= floor:
            near[one.cluster_id] = max(near.get(one.cluster_id, 0.0), one.clues.similarity)
    return near
