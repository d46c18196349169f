"""What this room's pages receive."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from kb.answers.ledger import PartyRow
from kb.answers.ranking import RankedAnswer
from kb.clusters.queries import QuestionRow
from kb.core.saying import say
from kb.promotion.gathering import DraftPreview
from kb.promotion.queries import PromotionView
from kb.promotion.rows import MeetingRow
from server.pages import Page

LISTS = {
    "open": say("To decide"),
    "accepted": say("Accepted"),
    "dismissed": say("Dismissed"),
    "overtaken": say("Overtaken"),
}


@dataclass(frozen=True, slots=True)
class PromotionsPage(Page):
    """The queue, or what became of it; `older` leads on, "" at the end."""

    promotions: Sequence[PromotionView]
    current_list: str
    waiting: int
    older: str
    is_first: bool

    @property
    def tabs(self) -> list[tuple[str, str, int | None]]:
        """The lists as tabs; only what waits is counted."""
        return [(promotions_path(name), text, self.waiting if name == "open" else None) for name, text in LISTS.items()]

    @property
    def current(self) -> str:
        """The tab to mark."""
        return promotions_path(self.current_list)


@dataclass(frozen=True, slots=True)
class PromotionPage(Page):
    """One proposal: the draft with its sources and for whom it held, or the rows that say it is still asked.

    `chosen` are the answers ticked, None: all. `title_typed`, `reason` and `errors` are of a refused form.
    """

    promotion: PromotionView
    sources: Sequence[RankedAnswer] = ()
    preview: DraftPreview | None = None
    held: Sequence[PartyRow] = ()
    asked: Sequence[QuestionRow] = ()
    met: Sequence[MeetingRow] = ()
    github: bool = False
    title_typed: str = ""
    reason: str = ""
    chosen: Collection[str] | None = None
    errors: Mapping[str, str] = field(default_factory=dict)

    def is_chosen(self, answer: RankedAnswer) -> bool:
        """Whether its box is ticked."""
        return self.chosen is None or str(answer.id) in self.chosen


def promotions_path(name: str) -> str:
    """A list's address; what waits is the page itself."""
    return "/promotions" if name == "open" else f"/promotions?only={name}"
