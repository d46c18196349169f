"""What this room's pages receive."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from kb.answers.ranking import RankedAnswer
from kb.clusters.queries import ClusterRow, ClusterView, EventRow, QuestionRow
from server.pages import Page

PER_PAGE = 50

JOINED = {"online": "when it was asked", "refresh": "by a refresh", "person": "by hand"}


@dataclass(frozen=True, slots=True)
class ClustersPage(Page):
    """Clusters by size. `words` narrows the list to labels that hold them."""

    clusters: Sequence[ClusterRow]
    words: str
    number: int
    has_more: bool

    @property
    def most(self) -> int:
        """Questions of the largest cluster shown, for the bars."""
        return max((c.question_count for c in self.clusters), default=1)

    @property
    def newer(self) -> str:
        """The page before, "" on the first."""
        return self._page(self.number - 1) if self.number > 1 else ""

    @property
    def older(self) -> str:
        """The page after, "" on the last."""
        return self._page(self.number + 1) if self.has_more else ""

    def _page(self, number: int) -> str:
        kept = {"q": self.words} if self.words else {}
        query = urlencode({**kept, **({"page": str(number)} if number > 1 else {})})
        return f"/clusters?{query}" if query else "/clusters"


@dataclass(frozen=True, slots=True)
class ClusterPage(Page):
    """One cluster: what is asked, what answers it, and what happened to it. `typed` and `errors` are a refused form's."""

    cluster: ClusterView
    questions: Sequence[QuestionRow]
    answers: Sequence[RankedAnswer]
    events: Sequence[EventRow]
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def typed_label(self) -> str:
        """The name as typed, else as it is."""
        return self.typed.get("label", self.cluster.label)

    def say_why(self, question: QuestionRow) -> str:
        """Who put the question here, and for what reason."""
        how = JOINED.get(question.joined_by, "")
        return ": ".join(part for part in (how, question.joined_reason) if part) or "not recorded"
