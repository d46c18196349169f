"""How far an incident is, how bad it is, and what may be said of it. Pure."""

from typing import Literal

from kb.core.errors import Invalid
from kb.core.saying import say

State = Literal["investigating", "identified", "monitoring", "resolved"]
Impact = Literal["none", "minor", "major", "critical"]

STATES = {
    "investigating": say("Investigating"),
    "identified": say("Cause found"),
    "monitoring": say("Repaired, watching"),
    "resolved": say("Resolved"),
}
"""In the order in which they follow each other; none has to be passed through."""

IMPACTS = {
    "none": say("No impact"),
    "minor": say("Small disturbance"),
    "major": say("Large disturbance"),
    "critical": say("Outage"),
}
"""From the least to the worst."""

MAX_TITLE = 150
MAX_BODY = 4_000
"""Characters: what people read standing up. The whole story goes into an article afterwards."""


def check_title(title: str) -> str:
    """What is wrong with a title, "" for nothing."""
    if not title.strip() or "\x00" in title:
        return say("Say in a few words what does not work.")
    return say("At most {most} characters.", most=MAX_TITLE) if len(title.strip()) > MAX_TITLE else ""


def check_update(*, state: str, impact: str, body: str, title: str | None = None) -> None:
    """Raises `Invalid` naming every field that must change; a title belongs to what opens an incident."""
    found = {
        "title": "" if title is None else check_title(title),
        "state": "" if state in STATES else say("One of {known}.", known=", ".join(STATES)),
        "impact": "" if impact in IMPACTS else say("One of {known}.", known=", ".join(IMPACTS)),
        "body": _body_error(body),
    }
    if wrong := {field: text for field, text in found.items() if text}:
        raise Invalid(say("The incident needs another look."), wrong)


def worst(impacts: list[str]) -> str:
    """The worst of these, "none" of none."""
    order = list(IMPACTS)
    return max(impacts, key=order.index, default="none")


def _body_error(body: str) -> str:
    if not body.strip() or "\x00" in body:
        return say("Say what is known, and what customers can do meanwhile.")
    return say("At most {most} characters.", most=MAX_BODY) if len(body) > MAX_BODY else ""
