"""What the pages of this room receive."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kb.core.cursors import Cursor, write_cursor
from kb.status.queries import PAGE, IncidentView
from kb.status.rules import IMPACTS, STATES
from server.pages import Page
from server.status.forms import IncidentForm

TONES = {"none": "info", "minor": "warn", "major": "bad", "critical": "bad"}
"""In which colour an impact is told; what is over is told in green."""


@dataclass(frozen=True, slots=True)
class _Words(Page):
    """The room's own words, for its templates."""

    states: Mapping[str, str] = field(default_factory=lambda: STATES, kw_only=True)
    impacts: Mapping[str, str] = field(default_factory=lambda: IMPACTS, kw_only=True)
    tones: Mapping[str, str] = field(default_factory=lambda: TONES, kw_only=True)


@dataclass(frozen=True, slots=True)
class StatusPage(_Words):
    """The incidents that stand, then those that are over, page by page."""

    standing: list[IncidentView]
    past: list[IncidentView]
    older: str


@dataclass(frozen=True, slots=True)
class IncidentPage(_Words):
    """One incident; for staff with the form of its next update."""

    incident: IncidentView
    form: IncidentForm
    errors: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class NewIncidentPage(_Words):
    """The form of a new incident; `products` to choose among."""

    form: IncidentForm
    products: list[tuple[str, str]]
    errors: Mapping[str, str]


def older_page(incidents: list[IncidentView]) -> str:
    """Leads on; empty at the end."""
    if len(incidents) < PAGE:
        return ""
    return f"/status?cursor={write_cursor(Cursor(incidents[-1].started_at, incidents[-1].id))}"
