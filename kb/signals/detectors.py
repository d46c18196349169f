"""The detectors, as data: adding one is adding a row. The engine that runs them is bursts.py."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from kb.signals.bursts import Detector, Finding, Observed, find_bursts


class SignalKind(StrEnum):
    """What a detector may find."""

    RAGE_CLICK = "rage_click"
    FAILED_LOGINS = "failed_logins"


RAGE_CLICK = Detector(
    kind=SignalKind.RAGE_CLICK,
    names=frozenset({"autocapture", "click"}),
    ready_made=frozenset({"rageclick", "rage_click"}),
    # PostHog's numbers (loop.md 2a): 3 clicks, each under 30 px (Manhattan) and under 1000 ms from the one before.
    count=3,
    gap=timedelta(milliseconds=1000),
    radius_px=30.0,
    same_element=True,
    # posthog-js reports the burst itself beside the clicks; within 5 s on the same element both are one burst.
    merge_ready_made=timedelta(seconds=5),
    fresh_for=timedelta(minutes=2),
)

FAILED_LOGINS = Detector(
    kind=SignalKind.FAILED_LOGINS,
    names=frozenset(
        [
            "login_failed",
            "failed_login",
            "login_failure",
            "login_error",
            "sign_in_failed",
            "signin_failed",
            "log_in_failed",
            "authentication_failed",
            "auth_failed",
            "user_login_failed",
            "invalid_credentials",
        ]
    ),
    resets=frozenset(
        [
            "login_succeeded",
            "login_success",
            "login_successful",
            "logged_in",
            "signed_in",
            "sign_in_succeeded",
            "signin_success",
            "user_logged_in",
            "user_signed_in",
            "login",
            "log_in",
            "sign_in",
        ]
    ),
    # "3 failed login attempts within 10 minutes" (loop.md 1, row 31): ten minutes exactly still counts.
    count=3,
    within=timedelta(minutes=10),
    same_login=True,
    fresh_for=timedelta(minutes=15),
)

DETECTORS: tuple[Detector, ...] = (RAGE_CLICK, FAILED_LOGINS)


def is_heard(name: str) -> bool:
    """Whether any detector wants the event; the others are stored and searched, and never wake a detector."""
    return any(detector.hears(name) for detector in DETECTORS)


def may_reach_out(finding: Finding, *, moment: datetime) -> bool:
    """Whether the finding is fresh enough to speak to the person about; a late one only counts."""
    detector = next(one for one in DETECTORS if one.kind is finding.kind)
    return moment - finding.fired_at <= detector.fresh_for


def find_signals(events: Iterable[Observed], detectors: Sequence[Detector] = DETECTORS) -> list[Finding]:
    """What the detectors find in the events of one person or one anonymous visitor.

    The answer depends on the set of events alone: order and repetition change nothing.
    """
    unique = {event.key: event for event in events}
    ordered = sorted(unique.values(), key=lambda event: (event.occurred_at, event.key))
    found = [finding for detector in detectors for finding in find_bursts(detector, ordered)]
    return sorted(found, key=lambda finding: (finding.fired_at, finding.kind, finding.event_keys))
