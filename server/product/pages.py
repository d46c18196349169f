"""What the pages of this room receive."""

from dataclasses import dataclass

from kb.core.saying import say
from kb.product.queries import IssueRow, IssueView
from kb.product.rules import LANES
from kb.product.triage import HurtPerson, PainPoint
from server.pages import Page

LANE_HELP = {
    "new_this_release": say("First hurt after the newest release: look here first."),
    "known_unanswered": say("Nobody has an answer to give. Write one, or fix it."),
    "answered_still_asked": say("An answer stands and people still ask: it does not reach them, or does not work."),
    "answered_works": say("Answered, and few ask again."),
}


@dataclass(frozen=True, slots=True)
class TriagePage(Page):
    """The board: pain points in their lanes, the heaviest on top. `github` says whether issues can go there."""

    points: list[PainPoint]
    github: bool

    @property
    def lanes(self) -> list[tuple[str, str, str, list[PainPoint]]]:
        """Key, name, help and pain points of each lane; what is shipped or decided against is off the board."""
        done = {"shipped", "not_planned", "duplicate"}
        open_points = [point for point in self.points if point.issue_state not in done]
        return [
            (key, name, LANE_HELP[key], [point for point in open_points if point.lane == key])
            for key, name in LANES.items()
        ]


@dataclass(frozen=True, slots=True)
class PainPage(Page):
    """One pain point: its numbers, the people behind them, its issues."""

    point: PainPoint
    people: list[HurtPerson]
    issues: list[IssueRow]
    github: bool

    @property
    def open_issue(self) -> IssueRow | None:
        """The issue that is open now, if any."""
        return next((issue for issue in self.issues if issue.state in {"filing", "open"}), None)


@dataclass(frozen=True, slots=True)
class IssuesPage(Page):
    """All issues."""

    issues: list[IssueRow]


@dataclass(frozen=True, slots=True)
class IssuePage(Page):
    """One issue with its packet and history."""

    issue: IssueView
