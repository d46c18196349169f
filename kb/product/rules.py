"""Pure decisions of triage: which lane a pain point stands in, how heavy it is, what closes an issue."""

from dataclasses import dataclass
from datetime import datetime
from math import log10

from kb.core.saying import say

LANES = {
    "new_this_release": say("New this release"),
    "known_unanswered": say("Known, unanswered"),
    "answered_still_asked": say("Answered, still asked"),
    "answered_works": say("Answered, works"),
}
"""The lanes of DESIGN section 5, in the order of the board."""

STILL_ASKED = 3
"""People who ask in two weeks although an answer stands: two may have missed it, three say that it does not reach or does not work."""

RECENT_DAYS = 7
STILL_ASKED_DAYS = 14

CLOSING_REASONS = {"completed": "shipped", "not_planned": "not_planned", "duplicate": "duplicate"}
"""A tracker's reason and the state it leads to. Only `completed` may lead to telling anybody of a fix (reference: loop.md 2f)."""


@dataclass(frozen=True, slots=True)
class Pain:
    """What is known of one cluster's pain when it is weighed."""

    people: int
    recent: int
    previous: int
    monthly_revenue: float
    first_at: datetime | None
    answered_at: datetime | None
    asked_since_answer: int


def choose_lane(pain: Pain, *, released_at: datetime | None) -> str:
    """The lane: first by release, then by whether an answer stands, then by whether it works."""
    if released_at and pain.first_at and pain.first_at >= released_at:
        return "new_this_release"
    if pain.answered_at is None:
        return "known_unanswered"
    return "answered_still_asked" if pain.asked_since_answer >= STILL_ASKED else "answered_works"


def weigh(pain: Pain) -> float:
    """People hurt, times trend, times what their accounts pay.

    Trend runs from 0.5 (all of it in the week before) over 1 (steady, or too little to tell) to 1.5 (all of it this week).
    Money counts by its order of magnitude, so that one large account does not outweigh a hundred small ones.
    """
    both = pain.recent + pain.previous
    trend = 1 + 0.5 * (pain.recent - pain.previous) / both if both else 1.0
    return pain.people * trend * (1 + log10(1 + pain.monthly_revenue) / 4)
