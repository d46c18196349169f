"""The few answers for somebody at a place, or honest silence."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from kb.answers.ranking import RankedAnswer, list_answers, list_answers_of_clusters
from kb.clusters.calibration import Purpose
from kb.core.actor import ANONYMOUS
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.help.evidence import Evidence, read_evidence
from kb.help.fixes import list_fixes
from kb.help.identifying import Caller
from kb.help.places import Place
from kb.help.portable import Node
from kb.help.queries import list_hints
from kb.help.reading import AnswerBody, read_bodies
from kb.help.rules import (
    CANDIDATES,
    FOUND,
    LEADS,
    SHOWN,
    UNKNOWN,
    Lead,
    find_update,
    heed_fixes,
    is_worth_showing,
    join_scores,
    newest_release,
    rank,
    say_why,
    weigh_hints,
)
from kb.languages.reading import language_read_by
from kb.ports.embedder import Embedder
from kb.search.details import keep_readable_answers
from kb.search.gathering import THE_DATABASE, Ways
from kb.search.suggesting import suggest

READER = ANONYMOUS
"""Whoever is signed in, a widget stands on a page we do not know and shows what anybody may read."""

BEST_MATCH = 0.9
NEXT_MATCH = 0.1
"""Score of the first answer that words lead to, and how much less each later one is worth."""


@dataclass(frozen=True, slots=True)
class HelpAnswer:
    """An answer as offered. `because` says why here, `why` what speaks for it; `body` is empty where it is read by itself.

    `language` is that of the text, "" where it is not known.
    """

    id: UUID
    title: str
    kind: str
    excerpt: str
    because: str
    why: str
    path: str
    author: str
    licence: str | None
    body: list[Node]
    language: str = ""


@dataclass(frozen=True, slots=True)
class Help:
    """What to show; nothing at all is an answer too. `is_stuck`: they got stuck here just now, on `target` if it has a name.

    `fixed_in` is the release that would end what hurt them, "" where there is none they do not have.
    """

    answers: tuple[HelpAnswer, ...] = ()
    is_stuck: bool = False
    target: str = ""
    fixed_in: str = ""


@dataclass(slots=True)
class _Found:
    """An answer on its way: how well it fits, and why."""

    answer: RankedAnswer
    fit: float
    because: str = field(default="")


async def find_help(
    caller: Caller, place: Place, *, text: str = "", embedder: Embedder, base_url: str, ways: Ways = THE_DATABASE
) -> Help:
    """The best answers for this page and this person's pain; with `text`, those that answer what was typed."""
    caller.actor.require(Permission.HELP_READ)
    hints = await list_hints(caller, place)
    leads = weigh_hints(hints, element=place.element)
    release = place.release or newest_release(hints)
    fixes = await list_fixes([lead.cluster_id for lead in leads], release)
    leads = heed_fixes(leads, fixes)
    found = await _by_words(text, leads, embedder, ways) if text.strip() else await _by_place(leads)
    order = await _in_order(found, leads, release)
    shown = order[:FOUND] if text.strip() else _one_of_each(order)[:SHOWN]
    bodies = await read_bodies([one.answer.id for one in shown], base_url=base_url)
    return Help(
        tuple(_offer(one, bodies[one.answer.id]) for one in shown if one.answer.id in bodies),
        is_stuck=any(lead.is_stuck for lead in leads),
        target=next((lead.target for lead in leads if lead.target), ""),
        fixed_in=find_update(leads, fixes),
    )


async def _by_place(leads: Sequence[Lead]) -> list[_Found]:
    answers = await list_answers_of_clusters(READER, [lead.cluster_id for lead in leads[:LEADS]], each=CANDIDATES)
    return [_Found(answer, lead.score, lead.because) for lead in leads for answer in answers.get(lead.cluster_id, ())]


async def _by_words(text: str, leads: Sequence[Lead], embedder: Embedder, ways: Ways) -> list[_Found]:
    """What was typed decides; where they are only puts it in order."""
    help_ways = replace(ways, purpose=Purpose.HELP)
    suggested = (await suggest(READER, text, embedder=embedder, limit=FOUND, ways=help_ways)).items
    fits = {item.answer_id: BEST_MATCH - NEXT_MATCH * at for at, item in enumerate(suggested) if item.answer_id}
    ranked = await list_answers(READER, list(fits))
    return [_Found(answer, _joined(answer, fits[answer.id], leads), say("Fits what you typed")) for answer in ranked]


def _joined(answer: RankedAnswer, words: float, leads: Sequence[Lead]) -> float:
    scores: Mapping[UUID, float] = {lead.cluster_id: lead.score for lead in leads}
    return join_scores(scores.get(answer.cluster_id, 0.0) if answer.cluster_id else 0.0, words)


async def _in_order(found: Sequence[_Found], leads: Sequence[Lead], release: str | None) -> list[_Found]:
    """Those worth showing, best first, with what is known of them at this place; readability is asked once more."""
    ids = [one.answer.id for one in found]
    points = [point for lead in leads for point in lead.points]
    known, readable = await asyncio.gather(read_evidence(READER, ids, points), keep_readable_answers(READER, ids))
    worthy = [
        one
        for one in found
        if one.answer.id in readable and is_worth_showing(one.answer, known.get(one.answer.id, UNKNOWN))
    ]
    return sorted(worthy, key=_place_of(known, release))


def _place_of(known: Mapping[UUID, Evidence], release: str | None) -> Callable[[_Found], tuple[float, str]]:
    language = language_read_by(READER)

    def place(one: _Found) -> tuple[float, str]:
        here = known.get(one.answer.id, UNKNOWN)
        return -rank(one.answer, one.fit, here, language=language, release=release), str(one.answer.id)

    return place


def _one_of_each(order: Sequence[_Found]) -> list[_Found]:
    """The best of each cluster: two answers to one problem are one too many beside what hurts."""
    first: dict[UUID | None, _Found] = {}
    for one in order:
        first.setdefault(one.answer.cluster_id, one)
    return list(first.values())


def _offer(one: _Found, body: AnswerBody) -> HelpAnswer:
    return HelpAnswer(
        id=one.answer.id,
        title=one.answer.title,
        kind=one.answer.kind,
        excerpt=one.answer.excerpt,
        because=one.because,
        why=say_why(one.answer),
        path=one.answer.path,
        author=body.author,
        licence=body.licence,
        body=body.tree,
        language=body.language,
    )
