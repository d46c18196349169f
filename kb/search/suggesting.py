"""Answers while somebody types: the few topics and articles that may spare them the question, or honest silence."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg
import structlog

from kb.answers.ranking import RankedAnswer, list_answers, list_best_answers
from kb.core.actor import Actor
from kb.core.saying import say
from kb.ports.embedder import Embedder
from kb.search.details import find_answers_of, keep_readable_answers
from kb.search.gathering import THE_DATABASE, WITHOUT_BOTH, Gathered, Scored, Ways, gather_found
from kb.search.rules import is_worth_showing, names_a_code, read_typed, say_why

log = structlog.get_logger()

CANDIDATES = 40
"""Asked of each index. A topic may come several times and most fall under the floor; twice as many changed no first five."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One thing that may answer. `excerpt`, `answer_id` and `answer_url` are those of its best answer, empty without one.

    `answered_by` is the title of another topic or article of the same cluster where the answer comes from there.
    """

    kind: str
    id: UUID
    title: str
    url: str
    excerpt: str
    why: str
    answer_id: UUID | None
    answer_url: str
    answered_by: str
    cluster_id: UUID | None
    score: float


@dataclass(frozen=True, slots=True)
class Suggestions:
    """At most `limit` of them, best first. `degraded` is a sentence for the reader while a source is down."""

    items: tuple[Suggestion, ...] = ()
    degraded: str | None = None

    @property
    def answer_ids(self) -> list[UUID]:
        """The answers put before the reader, for the ledger."""
        return [item.answer_id for item in self.items if item.answer_id]

    @property
    def cluster_ids(self) -> list[UUID]:
        """The clusters they stand in."""
        return list(dict.fromkeys(item.cluster_id for item in self.items if item.cluster_id))


async def suggest(
    actor: Actor, text: str, *, body: str = "", embedder: Embedder, limit: int = 5, ways: Ways = THE_DATABASE
) -> Suggestions:
    """What the actor may read and may be asking. Never raises for a source that is down: typing must not break."""
    typed = read_typed(text)
    if typed is None or limit < 1:
        return Suggestions()
    try:
        gathered = await gather_found(actor, typed, body=body, embedder=embedder, limit=CANDIDATES, ways=ways)
        worthy = keep_worthy(gathered, exact=names_a_code(typed))[:limit]
        answers = await _find_answers(actor, worthy)
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
        log.warning("search.source_down", source="answers", reason=type(error).__name__)
        return Suggestions(degraded=WITHOUT_BOTH)
    return Suggestions(
        tuple(_present(one, answers.get(one.found.id), gathered.floor) for one in worthy), gathered.degraded
    )


def keep_worthy(gathered: Gathered, *, exact: bool = False) -> list[Scored]:
    """Those worth showing to somebody who only typed; nothing at all is an answer too. Articles have no vector of their own."""
    return [
        one
        for one in gathered.scored
        if is_worth_showing(
            one.found.clues,
            by_meaning=gathered.by_meaning,
            floor=gathered.floor,
            exact=exact or one.found.kind == "article",
        )
    ]


async def _find_answers(actor: Actor, worthy: Sequence[Scored]) -> dict[UUID, RankedAnswer]:
    """Each thing's own answer, else the best of its cluster; no answer is shown twice."""
    topics = [one.found.id for one in worthy if one.found.kind == "topic"]
    clusters = {one.found.cluster_id for one in worthy if one.found.cluster_id}
    own, best = await asyncio.gather(find_answers_of(actor, topics), list_best_answers(actor, list(clusters)))
    own |= {one.found.id: one.found.answer_id for one in worthy if one.found.answer_id}
    ranked, readable = await asyncio.gather(
        list_answers(actor, list(own.values())), keep_readable_answers(actor, [answer.id for answer in best.values()])
    )
    by_id = {answer.id: answer for answer in ranked}
    chosen = {thing: by_id[answer_id] for thing, answer_id in own.items() if answer_id in by_id}
    return chosen | _lend(worthy, best, taken=set(own.values()), given=set(chosen), readable=readable)


def _lend(
    worthy: Sequence[Scored],
    best: dict[UUID, RankedAnswer],
    *,
    taken: set[UUID],
    given: set[UUID],
    readable: set[UUID],
) -> dict[UUID, RankedAnswer]:
    """The cluster's best answer for the first thing of that cluster without one of its own."""
    lent: dict[UUID, RankedAnswer] = {}
    for one in worthy:
        answer = best.get(one.found.cluster_id) if one.found.cluster_id else None
        if one.found.id in given or answer is None or answer.id in taken or answer.id not in readable:
            continue
        lent[one.found.id] = answer
        taken.add(answer.id)
    return lent


def _present(one: Scored, answer: RankedAnswer | None, floor: float) -> Suggestion:
    found = one.found
    is_elsewhere = answer is not None and found.answer_id != answer.id and answer.title != found.title
    return Suggestion(
        kind=found.kind,
        id=found.id,
        title=found.title,
        url=found.url,
        excerpt=answer.excerpt if answer else "",
        why=say_why(found.clues, answered=_say_answered(answer), floor=floor, asked_as=found.asked_as),
        answer_id=answer.id if answer else None,
        answer_url=answer.path if answer else "",
        answered_by=answer.title if answer and is_elsewhere else "",
        cluster_id=found.cluster_id,
        score=one.score,
    )


def _say_answered(answer: RankedAnswer | None) -> str:
    if answer is None:
        return ""
    return say("answered: {why}", why=answer.why) if answer.used else say("answered")
