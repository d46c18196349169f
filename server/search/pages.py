"""What this room's pages receive."""

from dataclasses import dataclass
from urllib.parse import urlencode

from kb.search.searching import SearchResults
from kb.search.suggesting import Suggestion, Suggestions
from server.pages import Page


@dataclass(frozen=True, slots=True)
class SuggestionsPage(Page):
    """The panel under a title being typed. `surface` is what the ledger calls the place."""

    suggestions: Suggestions
    surface: str

    def link_to(self, item: Suggestion) -> str:
        """Where the title leads; an article is told which surface sent its reader."""
        return f"{item.url}?via={self.surface}" if item.kind == "article" else item.url


@dataclass(frozen=True, slots=True)
class SearchPage(Page):
    """The search page. `query` is what was typed, "" before anything was."""

    query: str
    results: SearchResults

    @property
    def ask_href(self) -> str:
        """Asking, with the words already in the title."""
        return f"/ask?{urlencode({'title': self.query})}" if self.query else "/ask"

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

    def _page(self, number: int) -> str:
        kept = {"q": self.query, **({"page": str(number)} if number > 1 else {})}
        return f"/search?{urlencode(kept)}"
