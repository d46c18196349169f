"""What this room's pages receive."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kb.staleness.queries import StaleArticle
from kb.staleness.rows import EvidenceRows
from server.answers.pages import LISTS, NEEDS_A_LOOK, drafts_path
from server.pages import Page


@dataclass(frozen=True, slots=True)
class StalePage(Page):
    """Articles that need a look, the most people let down first; `counts` are of the lists beside this one."""

    articles: Sequence[StaleArticle]
    counts: Mapping[str, int]

    @property
    def tabs(self) -> list[tuple[str, str, int | None]]:
        """The lists of articles as tabs, this one among them."""
        return [(drafts_path(name), text, self.counts.get(name)) for name, text in LISTS.items()]

    @property
    def current(self) -> str:
        """The tab to mark."""
        return drafts_path(NEEDS_A_LOOK)


@dataclass(frozen=True, slots=True)
class EvidencePage(Page):
    """One of them, with the rows behind every figure."""

    article: StaleArticle
    rows: EvidenceRows
