"""What this room's pages receive."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from kb.search.facets import Choice
from kb.search.grammar import OPERATORS, Operator, Query, parse
from kb.search.searching import SearchItem, SearchResults
from kb.search.suggesting import Suggestion, Suggestions
from server.pages import Page

NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class SuggestionsPage(Page):
    """The panel under a title being typed. `surface` is what the ledger calls the place."""

    suggestions: Suggestions
    surface: str

    def link_to(self, item: Suggestion) -> str:
        """Where the title leads; an article is told which surface sent its reader."""
        return f"{item.url}?via={self.surface}" if item.kind == "article" else item.url


@dataclass(frozen=True, slots=True)
class HitsPage(Page):
    """The first of what is found, while somebody types."""

    items: Sequence[SearchItem]


@dataclass(frozen=True, slots=True)
class SearchPage(Page):
    """The search page. `query` is what was typed, "" before anything was; `sort` is newest, or "" for best first."""

    query: str
    results: SearchResults
    sort: str = ""

    @property
    def operators(self) -> tuple[Operator, ...]:
        """The grammar, for the help."""
        return OPERATORS

    @property
    def ask_href(self) -> str:
        """Asking, with the words already in the title; what narrowed the search is no part of a question."""
        words = parse(self.query).text
        return f"/ask?{urlencode({'title': words})}" if words else "/ask"

    @property
    def is_narrowed(self) -> bool:
        """Whether operators may be why nothing was found."""
        return parse(self.query) != Query(words=parse(self.query).words)

    @property
    def widened(self) -> str:
        """The words alone."""
        return search_path(parse(self.query).text)

    @property
    def newer(self) -> str:
        """The page before, "" on the first."""
        return self._page(self.results.page - 1) if self.results.page > 1 else ""

    @property
    def older(self) -> str:
        """The page after, "" on the last."""
        return self._page(self.results.page + 1) if self.results.has_more else ""

    @property
    def first(self) -> str:
        """The first page."""
        return self._page(1)

    @property
    def resort(self) -> str:
        """The same search in the other order."""
        return search_path(self.query, sort="" if self.sort else NEWEST)

    def narrow(self, choice: Choice) -> str:
        """Where a facet's choice leads."""
        return search_path(choice.query, sort=self.sort)

    def _page(self, number: int) -> str:
        return search_path(self.query, sort=self.sort, page=number)


def search_path(query: str, *, sort: str = "", page: int = 1) -> str:
    """The address of a page of results."""
    kept = {"q": query, **({"sort": sort} if sort else {}), **({"page": str(page)} if page > 1 else {})}
    return f"/search?{urlencode(kept)}"
