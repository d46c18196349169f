"""From sums over two arms to what was avoided, with how sure that is. Pure.

The share of sessions that end in a ticket is compared between the arms. Sessions of one person are not independent, so each arm's
variance is that of a ratio over people (linearised, Cochran 1977, 6.4); it gives the number of independent sessions that would be as
uncertain, and with those the interval is Newcombe's hybrid of two Wilson intervals (1998, method 10), which keeps its promise where
one arm is small and few of it ask. `tests/kb/insights/deflection/test_estimating.py` tries it on a thousand invented months.
"""

from dataclasses import dataclass
from math import sqrt

from kb.core.shares import wilson

FEWEST_HELD = 20
"""People in the smaller arm below whom nothing is said: their variance is not known well enough to say how little is known."""


@dataclass(frozen=True, slots=True)
class Sums:
    """One arm, as sums over its people: each has `n` sessions of which `y` ended that way."""

    people: int = 0
    n: int = 0
    y: int = 0
    nn: int = 0
    yn: int = 0
    yy: int = 0

    @property
    def share(self) -> float:
        """Of sessions that ended that way; 0 without any."""
        return self.y / self.n if self.n else 0.0


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with the 95 % interval around it."""

    value: float
    low: float
    high: float

    @property
    def is_sure(self) -> bool:
        """Whether zero lies outside."""
        return self.low > 0 or self.high < 0

    def times(self, factor: float) -> "Interval":
        """The same on another scale."""
        return Interval(self.value * factor, self.low * factor, self.high * factor)


def compare(held: Sums, shown: Sums) -> Interval | None:
    """How much larger the share is without suggestions; None where one arm has too few people."""
    if min(held.people, shown.people) < FEWEST_HELD:
        return None
    p, q = held.share, shown.share
    p_low, p_high = wilson(p, _independent(held))
    q_low, q_high = wilson(q, _independent(shown))
    below = sqrt((p - p_low) ** 2 + (q_high - q) ** 2)
    above = sqrt((p_high - p) ** 2 + (q - q_low) ** 2)
    return Interval(p - q, p - q - below, p - q + above)


def avoided(held: Sums, shown: Sums) -> Interval | None:
    """How many sessions that were shown something would have ended that way without it."""
    difference = compare(held, shown)
    return difference.times(shown.n) if difference else None


def _independent(arm: Sums) -> float:
    """Independent sessions with the same variance. All or none ended that way: nothing tells how alike one person's are, so
    each person counts as one."""
    p = arm.share
    if not 0 < p < 1:
        return float(arm.people)
    spread = (arm.yy - 2 * p * arm.yn + p * p * arm.nn) * arm.people / (arm.people - 1) / arm.n**2
    return min(float(arm.n), p * (1 - p) / spread) if spread > 0 else float(arm.people)
