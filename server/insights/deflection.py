"""What suggestions spare, for product managers, with the rows behind each number."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get

from kb.core.actor import Actor
from kb.core.cursors import Cursor, read_cursor, write_cursor
from kb.core.errors import NotFound
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.insights.deflection.reading import (
    OUTCOMES,
    SPANS,
    Compared,
    Deflection,
    Outcome,
    Session,
    list_sessions,
    read_deflection,
)
from server.pages import Page, render
from server.security.guards import requires
from server.wiring import Services

PATH = "/loop/deflection"
SHOWN = 50

OUTCOME_NAMES: dict[Outcome, str] = {
    "ticket": say("A ticket"),
    "asked": say("A ticket or a question"),
    "again": say("The same problem again"),
}
OUTCOME_HELP: dict[Outcome, str] = {
    "ticket": say("Within a day they wrote a ticket."),
    "asked": say("Within a day they wrote a ticket, or asked in the forum."),
    "again": say("Within seven days they asked, in a ticket or the forum, what the suggestions were about."),
}
SURFACE_NAMES = {
    "ask": say("Asking in the forum"),
    "ticket": say("Writing a ticket"),
    "widget": say("Inside the product"),
}
ARM_NAMES = {"shown": say("shown suggestions"), "held": say("held out")}


@dataclass(frozen=True, slots=True)
class DeflectionPage(Page):
    """The experiment's report. `share` is the percentage held out now, "0" where it is switched off."""

    report: Deflection
    share: str

    @property
    def outcomes(self) -> list[tuple[str, str, None]]:
        """How a session may end, as tabs."""
        return [(self._path(outcome=one), OUTCOME_NAMES[one], None) for one in OUTCOMES]

    @property
    def spans(self) -> list[tuple[str, int]]:
        """How far to look back."""
        return [(self._path(days=days), days) for days in SPANS]

    @property
    def current(self) -> str:
        """This very report."""
        return self._path()

    @property
    def means(self) -> str:
        """What the chosen ending is, in words."""
        return OUTCOME_HELP[self.report.outcome]

    @property
    def slices(self) -> list[tuple[str, str, Sequence[Compared]]]:
        """The tables below the number: title, first column, rows."""
        return [
            (say("Where they typed"), say("Form"), self.report.surfaces),
            (say("By month"), say("Month"), self.report.months),
        ]

    @property
    def widest(self) -> float:
        """The largest end of any interval, in sessions of a hundred, so that all are drawn on one scale."""
        every = [self.report.all, *self.report.surfaces, *self.report.months]
        ends = [abs(end) for one in every if (d := one.difference) for end in (d.low, d.high)]
        return max([*ends, 0.01]) * 100

    def name(self, one: Compared) -> str:
        """A slice's name: a surface's in words, a month as it is."""
        return SURFACE_NAMES.get(one.name, one.name)

    def rows(self, arm: str) -> str:
        """The sessions behind a number."""
        return f"{PATH}/sessions?{urlencode({**self._asked(), 'arm': arm})}"

    def _asked(self, **changed: object) -> dict[str, object]:
        return {"outcome": self.report.outcome, "days": self.report.days, **changed}

    def _path(self, **changed: object) -> str:
        return f"{PATH}?{urlencode(self._asked(**changed))}"


@dataclass(frozen=True, slots=True)
class SessionsPage(Page):
    """The sessions that were counted, newest first."""

    sessions: Sequence[Session]
    outcome: Outcome
    arm: str
    back: str
    older: str

    def surface(self, one: Session) -> str:
        """Where it was typed."""
        return SURFACE_NAMES[one.surface]

    def arm_of(self, one: Session) -> str:
        """What was done."""
        return ARM_NAMES[one.arm]


READ = [requires(Permission.CLUSTER_READ)]
ROWS = [*READ, requires(Permission.PERSON_READ)]


@get(PATH, guards=READ)
async def show_deflection(
    request: Request[Any, Any, Any], actor: Actor, services: Services, outcome: str = "ticket", days: int = 90
) -> Response[Any]:
    """The report."""
    report = await read_deflection(actor, outcome=read_outcome(outcome), days=days)
    page = DeflectionPage(say("What suggestions spare"), report, f"{services.settings.holdout * 100:g}")
    return render(request, "insights/deflection.html", page)


@get(f"{PATH}/sessions", guards=ROWS)
async def show_sessions(
    request: Request[Any, Any, Any],
    actor: Actor,
    outcome: str = "ticket",
    days: int = 90,
    arm: str = "",
    cursor: str = "",
) -> Response[Any]:
    """The rows behind it."""
    chosen = read_outcome(outcome)
    found = await list_sessions(actor, outcome=chosen, days=days, arm=arm, before=read_cursor(cursor), limit=SHOWN + 1)
    asked = {"outcome": chosen, "days": days}
    following = write_cursor(Cursor(found[SHOWN - 1].began_at, found[SHOWN - 1].id)) if len(found) > SHOWN else ""
    older = f"{PATH}/sessions?{urlencode({**asked, 'arm': arm, 'cursor': following})}" if following else ""
    back = f"{PATH}?{urlencode(asked)}"
    page = SessionsPage(say("Sessions counted"), found[:SHOWN], chosen, arm, back, older)
    return render(request, "insights/sessions.html", page)


def read_outcome(text: str) -> Outcome:
    """How a session may end. Raises `NotFound` for another word."""
    for one in OUTCOMES:
        if one == text:
            return one
    raise NotFound(say("There is no such report."))
