"""Searching for programs: /api/v1."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, get

from kb.core.actor import Actor
from kb.core.permissions import Permission
from kb.search.facets import Facet
from kb.search.searching import SearchItem, search
from kb.search.suggesting import Suggestion, Suggestions, suggest
from kb.text.excerpts import Piece
from server.search.pages import NEWEST
from server.search.suggesting import BODY_READ, Details, spend_turn
from server.security.guards import requires
from server.security.visitors import hash_visitor
from server.wiring import Services

Asked = Request[Any, Any, Any]
READ = [requires(Permission.TOPIC_READ)]

MOST_SUGGESTED = 20


@dataclass(frozen=True, slots=True)
class SuggestionOut:
    """One thing that may answer. `kind` is topic, article or (for agents) ticket; addresses are absolute."""

    kind: str
    id: UUID
    title: str
    url: str
    excerpt: str
    why: str
    answer_id: UUID | None
    answer_url: str
    answered_by: str


@dataclass(frozen=True, slots=True)
class SuggestionsOut:
    """Best first. `degraded` is null, or says what is missing from the answer just now."""

    suggestions: list[SuggestionOut]
    degraded: str | None


@dataclass(frozen=True, slots=True)
class PieceOut:
    """A stretch of text; `hit` where it is a searched word."""

    text: str
    hit: bool


@dataclass(frozen=True, slots=True)
class HighlightsOut:
    """Title and excerpt in pieces that join to the whole text. No markup: whoever shows them escapes."""

    title: list[PieceOut]
    excerpt: list[PieceOut]


@dataclass(frozen=True, slots=True)
class ResultOut:
    """One result of a search."""

    kind: str
    id: UUID
    title: str
    excerpt: str
    url: str
    place: str
    why: str
    answer_id: UUID | None
    asked_at: datetime
    highlights: HighlightsOut


@dataclass(frozen=True, slots=True)
class ChoiceOut:
    """One way to narrow: how much is left, and the search that leads there."""

    label: str
    count: int
    q: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class FacetOut:
    """Choices of one sort, counted over all results the caller may read."""

    label: str
    choices: list[ChoiceOut]


@dataclass(frozen=True, slots=True)
class ResultsOut:
    """One page of results; `next_page` is null on the last. `notes` tell which operators could not be used."""

    results: list[ResultOut]
    count: int
    next_page: int | None
    degraded: str | None
    facets: list[FacetOut]
    notes: list[str]


@get("/api/v1/suggestions", guards=READ)
async def api_suggest(  # noqa: PLR0913, PLR0917 - one for each query parameter
    request: Asked, actor: Actor, services: Services, text: str, details: Details = "", limit: int = 5, typing: str = ""
) -> SuggestionsOut:
    """Topics and articles that may answer `text`; nothing is written to the ledger, since nobody has seen them yet.

    `typing` names the field somebody types in: a newer request for it ends the older one, which answers with nothing.
    """
    await spend_turn(request, actor, services)
    most = max(0, min(limit, MOST_SUGGESTED))
    asking = suggest(actor, text, body=details[:BODY_READ], embedder=services.embedder, limit=most, ways=services.ways)
    who = actor.person_id or hash_visitor(request, services)
    found = await services.newest.run(f"{who}:{typing}" if typing else "", asking) or Suggestions()
    base = services.settings.base_url
    return SuggestionsOut([_suggestion(item, base) for item in found.items], found.degraded)


@get("/api/v1/search", guards=READ)
async def api_search(
    request: Asked, actor: Actor, services: Services, q: str, page: int = 1, sort: str = ""
) -> ResultsOut:
    """Topics, articles and (for agents) tickets, 20 a page; best first, or newest first with `sort=newest`.

    `q` holds words, "phrases", -words and the operators that the search page's help lists.
    """
    await spend_turn(request, actor, services)
    newest = sort == NEWEST
    found = await search(actor, q, embedder=services.embedder, page=page, newest_first=newest, ways=services.ways)
    base = services.settings.base_url
    following = found.page + 1 if found.has_more else None
    return ResultsOut(
        [_result(item, base) for item in found.items],
        found.count,
        following,
        found.degraded,
        [_facet(facet) for facet in found.facets],
        list(found.notes),
    )


def _suggestion(item: Suggestion, base: str) -> SuggestionOut:
    return SuggestionOut(
        kind=item.kind,
        id=item.id,
        title=item.title,
        url=f"{base}{item.url}",
        excerpt=item.excerpt,
        why=item.why,
        answer_id=item.answer_id,
        answer_url=f"{base}{item.answer_url}" if item.answer_url else "",
        answered_by=item.answered_by,
    )


def _result(item: SearchItem, base: str) -> ResultOut:
    return ResultOut(
        kind=item.kind,
        id=item.id,
        title=item.plain_title,
        excerpt=item.plain_excerpt,
        url=f"{base}{item.url}",
        place=item.place,
        why=item.why,
        answer_id=item.answer_id,
        asked_at=item.asked_at,
        highlights=HighlightsOut(_pieces(item.title), _pieces(item.excerpt)),
    )


def _pieces(pieces: Iterable[Piece]) -> list[PieceOut]:
    return [PieceOut(piece.text, piece.hit) for piece in pieces]


def _facet(facet: Facet) -> FacetOut:
    return FacetOut(facet.label, [ChoiceOut(c.label, c.count, c.query, c.is_on) for c in facet.choices])
