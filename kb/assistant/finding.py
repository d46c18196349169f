"""The answers that may be meant by a question, out of what one reader may read, checked against their sources once more."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import asyncpg
import structlog

from kb.answers.ranking import RankedAnswer, list_answers, list_best_answers
from kb.answers.texts import get_answer_text
from kb.assistant.composing import Composed, Text, compose
from kb.assistant.passages import take_apart
from kb.assistant.rules import Chosen, Fit, choose, goes_on, join_question, may_follow_up
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
    """What was asked in the end, and what may be said. `news` are the words a follow-up added, "" where it stands for itself."""

    question: str
    chosen: Chosen
    news: str = ""
    degraded: str | None = None


async def look_for(reader: Actor, text: str, *, before: str = "", means: Means) -> Looked:
    """Decide what a text asks, by itself or with the question `before`, and which answers fit it."""
    if not before or not may_follow_up(text):
        fits, degraded = await find_fits(reader, text, means)
        return Looked(text, choose(fits), degraded=degraded)
    together = join_question(before, text)
    (fits, degraded), (joined, joined_degraded) = await asyncio.gather(
        find_fits(reader, text, means), find_fits(reader, together, means)
    )
    if joined and goes_on(alone=_best(fits), together=_best(joined)):
        return Looked(together, choose(joined), news=text, degraded=joined_degraded)
    return Looked(text, choose(fits), degraded=degraded)


def _best(fits: Sequence[Fit]) -> float:
    return max((fit.nearness for fit in fits), default=0.0)


async def find_fits(reader: Actor, text: str, means: Means) -> tuple[list[Fit], str | None]:
    """Answers to what stands over the calibrated floor, and what the reader should know is missing. Never raises for a source that
    is down."""
    typed = read_typed(text)
    if typed is None:
        return [], None
    try:
        gathered = await gather_found(reader, typed, embedder=means.embedder, limit=CANDIDATES, ways=means.strict_ways)
        worthy = _over_floor(gathered, words=len(typed.words), exact=names_a_code(typed))[:LOOKED_AT]
        return await _answers_to(reader, worthy), gathered.degraded
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
        log.warning("assistant.source_down", reason=type(error).__name__)
        return [], WITHOUT_BOTH


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
    """The answer of each thing that has one, and the best of each thing's cluster."""
    topics = [one.found.id for one in worthy if one.found.kind == "topic"]
    clusters = list(dict.fromkeys(one.found.cluster_id for one in worthy if one.found.cluster_id))
    own, best = await asyncio.gather(find_answers_of(reader, topics), list_best_answers(reader, clusters))
    own |= {one.found.id: one.found.answer_id for one in worthy if one.found.answer_id}
    wanted = list(dict.fromkeys([*own.values(), *(answer.id for answer in best.values())]))
    ranked, readable = await asyncio.gather(
        list_answers(reader, list(own.values())), keep_readable_answers(reader, wanted)
    )
    known = {answer.id: answer for answer in [*best.values(), *ranked] if answer.id in readable}
    return _fits(worthy, own, {cluster: answer.id for cluster, answer in best.items()}, known)


def _fits(
    worthy: Sequence[Scored], own: dict[UUID, UUID], best: dict[UUID, UUID], known: dict[UUID, RankedAnswer]
) -> list[Fit]:
    """Each answer once, by the nearest thing that leads to it."""
    fits: dict[UUID, Fit] = {}
    for order, one in enumerate(worthy):
        cluster_id, similarity = one.found.cluster_id, one.found.clues.similarity
        for answer_id in (own.get(one.found.id), best.get(cluster_id) if cluster_id else None):
            if answer_id in known and answer_id is not None:
                fit = Fit(known[answer_id], similarity, cluster_id or known[answer_id].cluster_id, order)
                held = fits.get(answer_id)
                if held is None or fit.nearness > held.nearness:
                    fits[answer_id] = fit
    return list(fits.values())


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
