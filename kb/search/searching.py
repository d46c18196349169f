"""The search page: topics, articles and, for agents, tickets, by words and meaning together."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kb.core.actor import Actor
from kb.core.clock import now
from kb.ports.embedder import Embedder
from kb.ports.search_index import Typed
from kb.search.details import Details, find_details
from kb.search.facets import Facet, count_facets
from kb.search.gathering import THE_DATABASE, Scored, Ways, gather_found
from kb.search.grammar import parse
from kb.search.queries import Found
from kb.search.rules import Clues, cut_around, read_query, say_why, words_to_mark
from kb.text.excerpts import Piece, highlight
from kb.text.plain import looks_like_html, plain_from_html

PAGE = 20

REACH = 200
"""Candidates asked of each index: ten pages, further than anybody turns; then better words are the way."""

MAX_QUERY = 600
"""Characters of a search that are read: 300 of words and as many of operators."""

EXCERPT = 220
"""Characters: two lines on a desktop."""


@dataclass(frozen=True, slots=True)
class SearchItem:
    """One result. `title` and `excerpt` come in pieces; those that are searched words are marked."""

    kind: str
    id: UUID
    title: tuple[Piece, ...]
    excerpt: tuple[Piece, ...]
    url: str
    place: str
    why: str
    answer_id: UUID | None
    asked_at: datetime
    replies: int
    me_too: int

    @property
    def plain_title(self) -> str:
        """The title as text."""
        return "".join(piece.text for piece in self.title)

    @property
    def plain_excerpt(self) -> str:
        """The excerpt as text."""
        return "".join(piece.text for piece in self.excerpt)


@dataclass(frozen=True, slots=True)
class SearchResults:
    """One page of what the reader may see. `count` is at most about twice `REACH`; `is_worth_asking` False: too little was typed.

    `facets` count all that was found, `notes` tell what of the search could not be used.
    """

    items: tuple[SearchItem, ...] = ()
    count: int = 0
    page: int = 1
    degraded: str | None = None
    is_worth_asking: bool = True
    facets: tuple[Facet, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def has_more(self) -> bool:
        """Whether another page follows."""
        return self.count > self.page * PAGE

    @property
    def answer_ids(self) -> list[UUID]:
        """The answers put before the reader, for the ledger."""
        return [item.answer_id for item in self.items if item.answer_id]


async def search(
    actor: Actor, text: str, *, embedder: Embedder, page: int = 1, newest_first: bool = False, ways: Ways = THE_DATABASE
) -> SearchResults:
    """What shares words with the search, or means the same, within its limits (see grammar.py), best or newest first."""
    query = parse(text[:MAX_QUERY])
    typed = read_query(query, is_growing=bool(query.words) and text.endswith(query.words[-1]))
    page = max(1, min(page, 2 * REACH // PAGE))
    if typed is None:
        return SearchResults(page=page, is_worth_asking=False, notes=query.notes)
    gathered = await gather_found(actor, typed, embedder=embedder, limit=REACH, ways=ways)
    kept = [one for one in gathered.scored if _is_a_result(one.found.clues, gathered.floor)]
    if newest_first:
        kept.sort(key=lambda one: one.found.asked_at, reverse=True)
    shown = kept[(page - 1) * PAGE : page * PAGE]
    more = await find_details(
        actor,
        solved=[one.found.id for one in shown if one.found.is_solved],
        topics=[one.found.id for one in kept if one.found.kind == "topic"],
        shown=[one.found.document_id for one in shown],
    )
    items = tuple(_item(one, typed, more, gathered.floor) for one in shown)
    facets = count_facets(query, [one.found for one in kept], more.tags, now())
    return SearchResults(items, len(kept), page, gathered.degraded, facets=facets, notes=query.notes)


def _is_a_result(clues: Clues, floor: float) -> bool:
    """Whoever searches may judge for themselves: any two shared words will do."""
    return clues.words > 0 or clues.alike or (clues.similarity or 0.0) >= floor


def _item(one: Scored, typed: Typed, more: Details, floor: float) -> SearchItem:
    found, marked = one.found, words_to_mark(typed)
    answer_id = found.answer_id or more.answers.get(found.id)
    text = cut_around(_plain(found, more.texts.get(found.document_id, "")), marked, EXCERPT)
    return SearchItem(
        kind=found.kind,
        id=found.id,
        title=tuple(highlight(found.title, marked)),
        excerpt=tuple(highlight(text, marked)),
        url=found.url,
        place=found.place,
        why=""
        if not typed.words
        else say_why(
            found.clues,
            answered="answered" if answer_id and found.kind != "article" else "",
            floor=floor,
            asked_as=found.asked_as,
        ),
        answer_id=answer_id,
        asked_at=found.asked_at,
        replies=found.replies,
        me_too=found.me_too,
    )


def _plain(found: Found, said: str) -> str:
    """What stands below the title; a question's text begins with its title, which is not said twice."""
    text = plain_from_html(said) if found.kind == "article" or looks_like_html(said) else said
    return text[len(found.title) :].lstrip(" .:?!") if text.casefold().startswith(found.title.casefold()) else text
