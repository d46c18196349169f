"""What this room's pages receive."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from kb.core.saying import Said, say
from kb.desk.teams import Team
from kb.sla.following import Promise
from kb.sla.policies import Calendar
from kb.sla.queries import ClockView, Kept
from kb.tickets.rules import PRIORITIES
from server.pages import Page
from server.sla.forms import DAYS, CalendarForm, PolicyForm, write_length

KIND_NAMES: dict[str, Said] = {
    "first_reply": say("First reply"),
    "next_reply": say("Next reply"),
    "solution": say("Solution"),
}
STATE_NAMES: dict[str, Said] = {
    "running": say("running"),
    "paused": say("stands still"),
    "met": say("kept"),
    "broken": say("broken"),
}
STATE_TONES = {"running": "info", "paused": "", "met": "good", "broken": "bad"}
DAY_NAMES = (
    say("Monday"),
    say("Tuesday"),
    say("Wednesday"),
    say("Thursday"),
    say("Friday"),
    say("Saturday"),
    say("Sunday"),
)


@dataclass(frozen=True, slots=True)
class _Words(Page):
    """The room's own words, for its templates."""

    kinds: Mapping[str, Said] = field(default_factory=lambda: KIND_NAMES, kw_only=True)
    states: Mapping[str, Said] = field(default_factory=lambda: STATE_NAMES, kw_only=True)
    tones: Mapping[str, str] = field(default_factory=lambda: STATE_TONES, kw_only=True)


@dataclass(frozen=True, slots=True)
class PromisesPage(_Words):
    """All policies in their order, the calendars, and how many promises of the last days were kept."""

    policies: Sequence[Promise]
    calendars: Sequence[Calendar]
    kept: Sequence[Kept]
    days: int

    def promised(self, one: Promise) -> list[tuple[Said, str]]:
        """What is promised, by kind."""
        return [(KIND_NAMES[kind], write_length(target)) for kind, target in one.policy.targets.items()]

    def hours(self, one: Promise) -> str:
        """The calendar's name; "" around the clock."""
        return next((known.name for known in self.calendars if known.id == one.policy.calendar_id), "")


@dataclass(frozen=True, slots=True)
class PolicyPage(Page):
    """One policy to make or change; `due` is when it would be due for a ticket opened now."""

    policy_id: UUID | None
    form: PolicyForm
    calendars: Sequence[Calendar]
    teams: Sequence[Team]
    due: Mapping[str, datetime] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def action(self) -> str:
        """Where the form is sent."""
        return f"/desk/promises/{self.policy_id}" if self.policy_id else "/desk/promises"

    @property
    def priorities(self) -> tuple[str, ...]:
        """Of tickets."""
        return PRIORITIES

    @property
    def choices(self) -> list[tuple[str, str]]:
        """In whose hours it can count."""
        return [("", say("Around the clock")), *((str(one.id), one.name) for one in self.calendars)]

    @property
    def previews(self) -> list[tuple[Said, datetime]]:
        """When each promise would be due."""
        return [(KIND_NAMES[kind], due) for kind, due in self.due.items()]


@dataclass(frozen=True, slots=True)
class CalendarPage(Page):
    """Staffed hours to make or change."""

    calendar_id: UUID | None
    form: CalendarForm
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def action(self) -> str:
        """Where the form is sent."""
        return f"/desk/calendars/{self.calendar_id}" if self.calendar_id else "/desk/calendars"

    @property
    def days(self) -> list[tuple[str, Said, str]]:
        """Field, name and hours of each day."""
        return list(zip(DAYS, DAY_NAMES, self.form.days, strict=True))

    @property
    def labels(self) -> dict[str, str]:
        """Names of fields, for the list of what is wrong."""
        return {
            "name": say("Name"),
            "time_zone": say("Time zone"),
            "holidays": say("Holidays"),
            **dict(zip(DAYS, DAY_NAMES, strict=True)),
        }


@dataclass(frozen=True, slots=True)
class ClocksPage(_Words):
    """The promises behind the report, newest first; `promise` and `state` are what they were narrowed to."""

    clocks: Sequence[ClockView]
    promise: str
    state: str
    older: str
