"""What counts as evidence that an article does not hold any more, how strong each is, and what they come to. Pure.

A strength is the share of people it lets down, as far as that is sure: the lower bound of what was measured, so that chance alone gives
0 nineteen times of twenty. They are combined as independent causes, and the list is ordered by how many people that is: traffic x failure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import prod, sqrt

from kb.answers.rules import DURABLE_AFTER

WINDOWS = (28, 56, 84)
"""Days that are measured: whole weeks, since Mondays are not Sundays. The longer ones are for what few read, the short one sees a
change while it is young; the one that tells most is believed, and `Z_ONE_OF_THREE` pays for the choice."""

SETTLED = DURABLE_AFTER
"""A reading is judged when its seven days are over; the window for readers ends that long ago."""

PAST = timedelta(days=180)
"""What a window is compared with: what came before it in half a year. Older readers used another product."""

LIKE_ALL = 20
"""Cases at the share of all other articles that are added to an article's own past: one that few have read is taken for an ordinary
one until its own readers outweigh that. Where the others have fewer themselves, its own past must have as many."""

TRAFFIC = timedelta(days=90)
"""As long as for what is due to be verified (kb/answers/verifying.READERS_OF)."""

LEAST_NOW = 6
"""Readings, or replies, under which a share says nothing."""

Z_ONE_OF_THREE = 2.13
"""Standard deviations of a one-sided 95 % bound when the best of three looks is taken (1 - 0.05 / 3)."""

REWRITTEN_FROM = 0.3
"""Share of an inserted article's words that the reply did not keep. Taking out one paragraph of five is 0.2 and daily work; from half on
something else was sent (`kb/answers/rules.GIVEN_UP`)."""

CONTRADICTED_BY_ONE = 0.35
"""What one newer accepted answer with other figures or places is worth; each further author leaves as much less of the doubt. A
judgement, not measured: one author who writes otherwise is wrong about as often as the article is."""

SHIPPED_SINCE = 0.5
"""What a fix that shipped in its cluster since it was last checked is worth. A judgement, not measured."""

LEAST_QUESTIONS = 8
"""Questions on either side of the check from which a centre can be told from chance."""

DRIFT_CERTAIN = 2.0
"""Squared distance of two centres, in units of what chance gives. Over the fifty or so directions in which questions of one cluster
differ, chance gives 1 give or take 0.2: twice that is five standard deviations."""


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `cases`."""

    hits: int
    cases: int


@dataclass(frozen=True, slots=True)
class Centres:
    """Questions before and since, the squared distance of their centres, and the squared spread around each."""

    before: int
    since: int
    distance2: float
    spread_before2: float
    spread_since2: float


@dataclass(frozen=True, slots=True)
class Rise:
    """How much a share rose at least, over how many days, and the two shares as they were counted."""

    least: float
    days: int
    now: Share
    before: Share


def find_rise(windows: Sequence[Share], total: Share, of_all: Share) -> Rise | None:
    """The window that tells most; None where none tells anything. `windows` are those of `WINDOWS`, `total` is all of `PAST`."""
    rises = [
        Rise(rise(now, before, of_all), days, now, before)
        for days, now in zip(WINDOWS, windows, strict=True)
        for before in [Share(total.hits - now.hits, total.cases - now.cases)]
    ]
    best = max(rises, key=lambda one: one.least)
    return best if best.least > 0 else None


def rise(now: Share, before: Share, of_all: Share) -> float:
    """The lower 95 % bound of how much the share rose; 0 where it may not have risen, or too few cases tell. `of_all` are other articles.

    Agresti and Caffo (2000): one success and one failure are added on either side, which keeps the bound honest for small numbers.
    """
    borrowed = LIKE_ALL if of_all.cases >= LIKE_ALL else 0
    if now.cases < LEAST_NOW or before.cases + borrowed < LIKE_ALL:
        return 0.0
    if before.cases >= LIKE_ALL and now.hits * before.cases <= before.hits * now.cases:
        return 0.0  # worse than others, but no worse than it was
    usual = of_all.hits / of_all.cases if borrowed else 0.0
    p_now, n_now = (now.hits + 1) / (now.cases + 2), now.cases + 2
    n_before = before.cases + borrowed + 2
    p_before = (before.hits + borrowed * usual + 1) / n_before
    error = sqrt(p_now * (1 - p_now) / n_now + p_before * (1 - p_before) / n_before)
    return max(0.0, p_now - p_before - Z_ONE_OF_THREE * error)


def contradiction(authors: int) -> float:
    """Newer accepted answers that say something else, by how many people wrote them."""
    return 1 - (1 - CONTRADICTED_BY_ONE) ** authors


def chance_distance2(centres: Centres) -> float:
    """The squared distance that two centres have by chance, when nothing moved."""
    return centres.spread_before2 / centres.before + centres.spread_since2 / centres.since


def drift(centres: Centres) -> float:
    """How far the questions moved since: about the share of new ones that ask something else. 0 where chance may have done it."""
    if min(centres.before, centres.since) < LEAST_QUESTIONS:
        return 0.0
    by_chance = chance_distance2(centres)
    if centres.distance2 <= DRIFT_CERTAIN * by_chance:
        return 0.0
    return min(1.0, sqrt(centres.distance2 - by_chance))


def combine(strengths: Iterable[float]) -> float:
    """The share let down by any of them, as if each came by itself."""
    return 1 - prod(1 - strength for strength in strengths)
