"""The few answers that worked for this page and this pain, or nothing."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from kb.answers.ranking import RankedAnswer, list_answers, list_best_answers
from kb.answers.texts import get_answer_text
from kb.core.actor import Actor
from kb.core.errors import NotFound
from kb.core.permissions import Permission
from kb.help.queries import list_place_links
from kb.help.rules import SHOWN, weigh_places
from kb.people.products import ProductApp
from kb.ports.embedder import Embedder
from kb.search.queries import keep_readable_answers
from kb.search.suggesting import suggest
from kb.signals.wire.places import route_of

HERE = "about this page"
SAID = "about what you wrote"


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is in the product. `element` is the fingerprint the events carry, such as `button#send-invoice`."""

    page_url: str
    element: str | None = None


@dataclass(frozen=True, slots=True)
class HelpAnswer:
    """An answer with its text, ready to be shown. `why` says why it is shown; `path` leads to it on our own pages."""

    id: UUID
    title: str
    excerpt: str
    html: str
    path: str
    why: str


@dataclass(frozen=True, slots=True)
class Help:
    """At most three answers, best first; none is an answer too. `degraded` says what is missing just now."""

    answers: tuple[HelpAnswer, ...] = ()
    degraded: str | None = None


async def find_help(
    actor: Actor, app: ProductApp, place: Place, *, text: str = "", embedder: Embedder
) -> Help:
    """What the actor may read and may be stuck on. With `text`, what was typed counts before where it was typed."""
    actor.require(Permission.HELP_READ)
    typed, here = await asyncio.gather(_by_text(actor, text, embedder), _by_place(actor, app, place))
    said, degraded = typed
    chosen = _without_repeats([*((answer, SAID) for answer in said), *((answer, HERE) for answer in here)])
    shown = await asyncio.gather(*(_show(actor, answer, about) for answer, about in chosen[:SHOWN]))
    return Help(tuple(one for one in shown if one), degraded)


async def _by_place(actor: Actor, app: ProductApp, place: Place) -> list[RankedAnswer]:
    route = route_of(place.page_url)
    if route is None:
        return []
    links = await list_place_links(app.id, route, element=place.element, person_id=actor.person_id)
    clusters = weigh_places(links)
    best = await list_best_answers(actor, clusters)
    readable = await keep_readable_answers(actor, [answer.id for answer in best.values()])
    return [best[cluster] for cluster in clusters if cluster in best and best[cluster].id in readable]


async def _by_text(actor: Actor, text: str, embedder: Embedder) -> tuple[list[RankedAnswer], str | None]:
    if not text.strip():
        return [], None
    found = await suggest(actor, text, embedder=embedder, limit=SHOWN)
    ranked = {answer.id: answer for answer in await list_answers(actor, found.answer_ids)}
    return [ranked[answer_id] for answer_id in found.answer_ids if answer_id in ranked], found.degraded


def _without_repeats(answers: Sequence[tuple[RankedAnswer, str]]) -> list[tuple[RankedAnswer, str]]:
    """Each answer once, by its first reason; an article and the answer it grew from say the same, but differ in id."""
    kept: dict[UUID, tuple[RankedAnswer, str]] = {}
    for answer, about in answers:
        kept.setdefault(answer.id, (answer, about))
    return list(kept.values())


async def _show(actor: Actor, answer: RankedAnswer, about: str) -> HelpAnswer | None:
    try:
        whole = await get_answer_text(actor, answer.id)
    except NotFound:
        return None  # retired since it was ranked
    why = f"{about}; {answer.why}" if answer.used else about
    return HelpAnswer(answer.id, answer.title, answer.excerpt, whole.body_html, answer.path, why)
