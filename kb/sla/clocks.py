"""The clocks of one ticket: started, stopped and read by what happened to it. Pure.

A *first reply* runs from the ticket's opening to the first public reply, a *next reply* from each time the customer writes again to the
reply to it, a *solution* from the opening until it is solved, and only while it is our turn. All stand still while the ticket is snoozed
and outside of staffed hours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from kb.sla.business_hours import Hours, add_open, open_between
from kb.sla.rules import Kind


@dataclass(frozen=True, slots=True)
class Clock:
    """One promise. `spent` is staffed time used up to `running_since`, where it runs, else up to where it stopped."""

    kind: Kind
    started_at: datetime
    target: timedelta
    spent: timedelta = timedelta()
    running_since: datetime | None = None
    met_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it can still be kept or broken."""
        return self.met_at is None

    def due_at(self, hours: Hours) -> datetime | None:
        """When it will be broken; None while it stands still or is kept. One already overdrawn is due since it runs."""
        if self.running_since is None or not self.is_open:
            return None
        left = self.target - self.spent
        return add_open(hours, self.running_since, left) if left > timedelta() else self.running_since

    def run(self, at: datetime) -> "Clock":
        """Go on, unless it runs or is done."""
        return replace(self, running_since=at) if self.is_open and self.running_since is None else self

    def stop(self, at: datetime, hours: Hours) -> "Clock":
        """Stand still, with what was used so far."""
        if self.running_since is None:
            return self
        spent = self.spent + open_between(hours, self.running_since, at)
        return replace(self, spent=spent, running_since=None)

    def meet(self, at: datetime, hours: Hours) -> "Clock":
        """What was promised is done; kept if `spent` is within the `target`."""
        return replace(self.stop(at, hours), met_at=at) if self.is_open else self


@dataclass(frozen=True, slots=True)
class Wrote:
    """A public message: whose it is, and when."""

    side: Literal["customer", "agent"]
    at: datetime


@dataclass(frozen=True, slots=True)
class Happened:
    """What became of a ticket since its clocks were played last, and how it stands at `now`. It is our turn while it is open.
    `was_answered`: an agent had replied before those messages."""

    messages: Sequence[Wrote]
    state: Literal["open", "pending", "solved"]
    solved_at: datetime | None
    snoozed_at: datetime | None
    now: datetime
    was_answered: bool = False


def play(clocks: Sequence[Clock], happened: Happened, targets: Mapping[Kind, timedelta], hours: Hours) -> list[Clock]:
    """The clocks as they stand now, those that are done among them. Playing nothing new changes nothing.

    Of what is promised now each open clock gets its target, with what it has used already; what is promised no more is dropped.
    """
    playing = [
        replace(clock, target=targets[clock.kind]) if clock.is_open else clock
        for clock in clocks
        if clock.kind in targets or not clock.is_open
    ]
    is_answered = happened.was_answered
    for message in happened.messages:
        if message.side == "customer":
            playing = _customer_wrote(playing, message.at, targets, is_answered=is_answered)
        else:
            playing, is_answered = _agent_wrote(playing, message.at, hours), True
    return _settle(playing, happened, targets, hours)


def _customer_wrote(
    clocks: list[Clock], at: datetime, targets: Mapping[Kind, timedelta], *, is_answered: bool
) -> list[Clock]:
    """Before any reply it starts what is promised from the opening, after one the next reply; it is our turn."""
    due: tuple[Kind, ...] = ("next_reply", "solution") if is_answered else ("first_reply", "solution")
    wanted = [kind for kind in due if kind in targets and not _has(clocks, kind)]
    return [clock.run(at) for clock in clocks] + [Clock(kind, at, targets[kind], running_since=at) for kind in wanted]


def _has(clocks: list[Clock], kind: Kind) -> bool:
    """A reply is promised anew each time, a solution once."""
    return any(clock.kind == kind and (clock.is_open or kind != "next_reply") for clock in clocks)


def _agent_wrote(clocks: list[Clock], at: datetime, hours: Hours) -> list[Clock]:
    """Replies are given; the solution waits for the customer."""
    return [clock.stop(at, hours) if clock.kind == "solution" else clock.meet(at, hours) for clock in clocks]


def _settle(clocks: list[Clock], happened: Happened, targets: Mapping[Kind, timedelta], hours: Hours) -> list[Clock]:
    """As the ticket stands: solved ends everything, reopened starts the clock of a solution that is promised again, snoozed stops all."""
    if happened.state == "solved":
        return [clock.meet(happened.solved_at or happened.now, hours) for clock in clocks]
    clocks = [
        replace(clock, met_at=None) if clock.kind == "solution" and "solution" in targets else clock for clock in clocks
    ]
    if happened.snoozed_at is not None:
        return [
            clock.stop(max(happened.snoozed_at, clock.running_since or happened.snoozed_at), hours) for clock in clocks
        ]
    if happened.state == "pending":
        return [clock.stop(happened.now, hours) if clock.kind == "solution" else clock for clock in clocks]
    return [clock.run(happened.now) for clock in clocks]
