"""The answers that may be meant by a question, out of what one reader may read, checked against their sources once more."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import asyncpg
import structlog

from kb.answers.ranking import list_answers
from kb.answers.texts import get_answer_text
from kb.assistant.composing import Composed, Text, compose
from kb.assistant.passages import take_apart
from kb.assistant.rules import CHOICES, NO_FARTHER, Chosen, Fit, choose, goes_on, join_question, may_follow_up
from kb.clusters.calibration import Purpose
from kb.core.actor import Actor
from kb.core.errors import NotFound
from kb.help.portable import portable_tree
from kb.ports.embedder import Embedder
from kb.search.details import find_answers_of, keep_readable_answers
from kb.search.gathering import THE_DATABASE, WITHOUT_BOTH, Gathered, Scored, Ways, gather_found
from kb.search.rules import names_a_code, read_typed
from kb.text.spoilers import without_spoilers

log = structlog.get_logger()

CANDIDATES = 40
"""Asked of each index, as while somebody types."""

LOOKED_AT = 8
"""Of what stands over the floor; what comes later is farther away than anything that would be said."""

FEWEST_WORDS = 2
"""Words that say something which a thing must share all of, where words alone lead to it: "lunch" alone fits an article by chance."""


@dataclass(frozen=True, slots=True)
class Means:
    """What looking for answers needs."""

    embedder: Embedder
    ways: Ways = THE_DATABASE
    base_url: str = ""

    @property
    def strict_ways(self) -> Ways:
        """With the floor for people who want to get on: under it nothing is said."""
        return replace(self.ways, purpose=Purpose.HELP)


@dataclass(frozen=True, slots=True)
class Looked:
    """What was asked in the end, and what may be said. `news` are the words a follow-up added, "" where it stands for itself;
    `waiting` are topics that ask the same and wait for an answer."""

    question: str
    chosen: Chosen
    news: str = ""
    waiting: tuple[UUID, ...] = ()
    degraded: str | None = None


@dataclass(frozen=True, slots=True)
class Fitting:
    """Answers that fit. `nearest` is the similarity of what is nearest of all, answered or not; `waiting` are topics as near as that
    which ask the same and have no answer; `degraded` says what is missing."""

    fits: tuple[Fit, ...] = ()
    nearest: float = 0.0
    waiting: tuple[UUID, ...] = ()
    degraded: str | None = None


async def look_for(reader: Actor, text: str, *, before: str = "", means: Means) -> Looked:
    """Decide what a text asks, by itself or with the question `before`, and which answers fit it."""
    if not before or not may_follow_up(text):
        return _looked(text, await find_fits(reader, text, means))
    together = join_question(before, text)
    alone, joined = await asyncio.gather(find_fits(reader, text, means), find_fits(reader, together, means))
    if goes_on(text, alone=alone.nearest, together=joined.nearest):
        return _looked(together, joined, news=text)
    return _looked(text, alone)


def _looked(question: str, found: Fitting, *, news: str = "") -> Looked:
    chosen = choose(found.fits, nearest=found.nearest)
    return Looked(question, chosen, news, found.waiting, found.degraded)


async def find_fits(reader: Actor, text: str, means: Means) -> Fitting:
    """Answers to what stands over the calibrated floor. Never raises for a source that is down."""
    typed = read_typed(text)
    if typed is None:
        return Fitting()
    try:
        gathered = await gather_found(reader, typed, embedder=means.embedder, limit=CANDIDATES, ways=means.strict_ways)
        worthy = _over_floor(gathered, words=len(typed.words), exact=names_a_code(typed))[:LOOKED_AT]
        fits = await _answers_to(reader, worthy)
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
        log.warning("assistant.source_down", reason=type(error).__name__)
        return Fitting(degraded=WITHOUT_BOTH)
    nearest = max((one.found.clues.similarity or 0.0 for one in worthy), default=0.0)
    return Fitting(tuple(fits), nearest, _waiting(worthy, fits, nearest), gathered.degraded)


def _waiting(worthy: Sequence[Scored], fits: Sequence[Fit], nearest: float) -> tuple[UUID, ...]:
    """Topics as near as the nearest that nobody has answered."""
    answered = {fit.order for fit in fits}
    near = [
        one.found.id
        for order, one in enumerate(worthy)
        if one.found.kind == "topic"
        and order not in answered
        and (one.found.clues.similarity or 0.0) >= nearest - NO_FARTHER
    ]
    return tuple(near[:CHOICES])


def _over_floor(gathered: Gathered, *, words: int, exact: bool) -> list[Scored]:
    """By meaning, over the floor. By words alone only what holds them all: an article, which has no vector, or a code."""
    return [
        one
        for one in gathered.scored
        if (one.found.clues.similarity or 0.0) >= gathered.floor > 0
        or (
            one.found.clues.every
            and words >= FEWEST_WORDS
            and (exact or one.found.kind == "article" or not gathered.by_meaning)
        )
    ]


async def _answers_to(reader: Actor, worthy: Sequence[Scored]) -> list[Fit]:
    """The accepted answer of each topic that has one, and each article's own. A post answers its own question; for the other questions
    of its cluster an article speaks: lending posts to them made a third of all answers ones to another problem."""
    topics = [one.found.id for one in worthy if one.found.kind == "topic"]
    own = await find_answers_of(reader, topics)
    own |= {one.found.id: one.found.answer_id for one in worthy if one.found.answer_id}
    ranked, readable = await asyncio.gather(
        list_answers(reader, list(own.values())), keep_readable_answers(reader, list(own.values()))
    )
    known = {answer.id: answer for answer in ranked if answer.id in readable}
    return [
        Fit(known[own[one.found.id]], one.found.clues.similarity, one.found.cluster_id, order)
        for order, one in enumerate(worthy)
        if own.get(one.found.id) in known
    ]


async def compose_from(
    reader: Actor, question: str, answer_ids: Sequence[UUID], *, news: str = "", base_url: str = ""
) -> Composed:
    """What these answers say to the question, in their authors' words; empty where the reader may not read them any more."""
    texts = await asyncio.gather(*(_read(reader, answer_id, base_url) for answer_id in answer_ids))
    return await asyncio.to_thread(compose, question, [text for text in texts if text], news=news)


async def _read(reader: Actor, answer_id: UUID, base_url: str) -> Text | None:
    try:
        text = await get_answer_text(reader, answer_id)
    except NotFound:
        return None  # hidden or retired since it was found
    tree = await asyncio.to_thread(portable_tree, without_spoilers(text.body_html), base_url=base_url)
    return Text(answer_id, take_apart(tree))
