"""The few answers for somebody at a place, or honest silence."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from kb.answers.ranking import RankedAnswer, list_answers, list_best_answers
from kb.clusters.calibration import Purpose
from kb.core.actor import ANONYMOUS
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.help.identifying import Caller
from kb.help.places import Place
from kb.help.portable import Node
from kb.help.queries import list_hints
from kb.help.reading import read_body
from kb.help.rules import SHOWN, Lead, is_worth_showing, join_scores, rank, say_why, weigh_hints
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
    """An answer as offered. `because` says why here, `why` what speaks for it; `body` is empty where it is too long to send."""

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


@dataclass(frozen=True, slots=True)
class Help:
    """What to show; nothing at all is an answer too. `is_stuck`: they got stuck here just now, on `target` if it has a name."""

    answers: tuple[HelpAnswer, ...] = ()
    is_stuck: bool = False
    target: str = ""


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
    leads = weigh_hints(await list_hints(caller, place), element=place.element)
    found = await _by_words(text, leads, embedder, ways) if text.strip() else await _by_place(leads)
    worthy = [one for one in found if is_worth_showing(one.answer)]
    readable = await keep_readable_answers(READER, [one.answer.id for one in worthy])
    order = sorted(worthy, key=lambda one: (-rank(one.answer, one.fit), str(one.answer.id)))
    shown = [one for one in order if one.answer.id in readable][:SHOWN]
    answers = await asyncio.gather(*(_offer(one, base_url) for one in shown))
    return Help(
        tuple(answer for answer in answers if answer is not None),
        is_stuck=any(lead.is_stuck for lead in leads),
        target=next((lead.target for lead in leads if lead.target), ""),
    )


async def _by_place(leads: Sequence[Lead]) -> list[_Found]:
    best = await list_best_answers(READER, [lead.cluster_id for lead in leads])
    return [_Found(best[lead.cluster_id], lead.score, lead.because) for lead in leads if lead.cluster_id in best]


async def _by_words(text: str, leads: Sequence[Lead], embedder: Embedder, ways: Ways) -> list[_Found]:
    """What was typed decides; where they are only puts it in order."""
    suggested = (await suggest(READER, text, embedder=embedder, ways=replace(ways, purpose=Purpose.HELP))).items
    fits = {item.answer_id: BEST_MATCH - NEXT_MATCH * at for at, item in enumerate(suggested) if item.answer_id}
    ranked = await list_answers(READER, list(fits))
    return [_Found(answer, _joined(answer, fits[answer.id], leads), say("Fits what you typed")) for answer in ranked]


def _joined(answer: RankedAnswer, words: float, leads: Sequence[Lead]) -> float:
    scores: Mapping[UUID, float] = {lead.cluster_id: lead.score for lead in leads}
    return join_scores(scores.get(answer.cluster_id, 0.0) if answer.cluster_id else 0.0, words)


async def _offer(one: _Found, base_url: str) -> HelpAnswer | None:
    read = await read_body(one.answer.id, base_url=base_url)
    if read is None:
        return None
    return HelpAnswer(
        id=one.answer.id,
        title=one.answer.title,
        kind=one.answer.kind,
        excerpt=one.answer.excerpt,
        because=one.because,
        why=say_why(one.answer),
        path=one.answer.path,
        author=read.author,
        licence=read.licence,
        body=read.tree,
    )
