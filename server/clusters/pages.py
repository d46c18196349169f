"""What this room's pages receive."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from kb.answers.ledger import Uses
from kb.answers.ranking import RankedAnswer
from kb.clusters.neighbours import Neighbour, Pair
from kb.clusters.proposals import ProposalRow
from kb.clusters.queries import ClusterRow, ClusterView, EventRow, QuestionRow
from kb.core.saying import say
from kb.product.rules import LANES
from kb.product.triage import PainPoint
from kb.signals.queries import LinkedFriction
from server.pages import Page

PER_PAGE = 50

JOINED = {"online": "when it was asked", "refresh": "by a refresh", "person": "by hand"}

SOURCES = {"topic": "topics", "ticket": "tickets", "search": "searches", "help": "help in the product", "chat": "chats"}
TONES = {"topic": "accent", "ticket": "info", "search": "warn", "help": "good", "chat": ""}

ORDERS = [
    ("most", say("Most asked")),
    ("people", say("Most people")),
    ("rising", say("Most in two weeks")),
    ("newest", say("Last asked")),
]
ANSWERED = {"": None, "yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a list of clusters is narrowed to and ordered by; unknown values fall back to everything, most asked first."""

    words: str = ""
    lane: str = ""
    answered: str = ""
    order: str = "most"

    @property
    def is_any(self) -> bool:
        """Whether anything is left out."""
        return bool(self.words or self.lane or self.answered)

    def address(self, page: int = 1, **changes: str) -> str:
        """The list's address with these changes."""
        kept = {"q": self.words, "lane": self.lane, "answered": self.answered, "order": self.order, **changes}
        kept["order"] = "" if kept["order"] == "most" else kept["order"]
        query = urlencode({name: value for name, value in kept.items() if value} | ({"page": page} if page > 1 else {}))
        return f"/clusters?{query}" if query else "/clusters"


@dataclass(frozen=True, slots=True)
class ClustersPage(Page):
    """A page of clusters. `pain` holds the pain point of those that were weighed."""

    clusters: Sequence[ClusterRow]
    narrowing: Narrowing
    pain: Mapping[UUID, PainPoint]
    number: int
    has_more: bool
    proposals: int

    @property
    def lanes(self) -> Sequence[tuple[str, str]]:
        """Key and name, all of them first."""
        return [("", say("All")), *LANES.items()]

    @property
    def orders(self) -> Sequence[tuple[str, str]]:
        """Key and name."""
        return ORDERS

    @property
    def newer(self) -> str:
        """The page before, "" on the first."""
        return self.narrowing.address(self.number - 1) if self.number > 1 else ""

    @property
    def older(self) -> str:
        """The page after, "" on the last."""
        return self.narrowing.address(self.number + 1) if self.has_more else ""


@dataclass(frozen=True, slots=True)
class ClusterPage(Page):
    """One cluster: what is asked, what answers it, where it hurts, and what happened to it.

    `typed` and `errors` are a refused form's; `chosen` the questions that were ticked in it.
    """

    cluster: ClusterView
    questions: Sequence[QuestionRow]
    answers: Sequence[RankedAnswer]
    uses: Mapping[UUID, Uses]
    events: Sequence[EventRow]
    weekly: Sequence[tuple[date, int]]
    sources: Mapping[str, int]
    neighbours: Sequence[Neighbour]
    friction: Sequence[LinkedFriction]
    pain: PainPoint | None
    typed: Mapping[str, str] = field(default_factory=dict)
    chosen: frozenset[str] = frozenset()
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def typed_label(self) -> str:
        """The name as typed, else as it is."""
        return self.typed.get("label", self.cluster.label)

    @property
    def columns(self) -> list[tuple[str, int]]:
        """Questions a week, for the chart."""
        return [(f"week to {day.day} {day:%b}", count) for day, count in self.weekly]

    @property
    def shares(self) -> list[tuple[str, int, str, None]]:
        """Sources by their share of the questions."""
        return [(SOURCES[kind], count, TONES[kind], None) for kind, count in self.sources.items()]

    def say_why(self, question: QuestionRow) -> str:
        """Who put the question here, and for what reason."""
        how = JOINED.get(question.joined_by, "")
        return ": ".join(part for part in (how, question.joined_reason) if part) or "not recorded"


@dataclass(frozen=True, slots=True)
class Side:
    """One of two clusters beside each other."""

    cluster: ClusterView
    questions: Sequence[QuestionRow]
    answers: Sequence[RankedAnswer]
    weekly: Sequence[tuple[date, int]]

    @property
    def points(self) -> list[int]:
        """Questions a week, for the line."""
        return [count for _, count in self.weekly]


@dataclass(frozen=True, slots=True)
class ComparePage(Page):
    """Two clusters side by side, and their most alike questions."""

    one: Side
    other: Side
    pairs: Sequence[Pair]

    @property
    def ways(self) -> list[tuple[ClusterView, ClusterView]]:
        """Which could go into which: into the larger one first."""
        one, other = self.one.cluster, self.other.cluster
        return (
            [(one, other), (other, one)] if one.question_count <= other.question_count else [(other, one), (one, other)]
        )


@dataclass(frozen=True, slots=True)
class ProposalsPage(Page):
    """What refreshes leave to people."""

    proposals: Sequence[ProposalRow]
