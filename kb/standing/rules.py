"""How trust is earned and lost. Pure. What a level may do stands in kb/core/trust.py, below the rooms that obey it.

The figures follow Discourse's (TL1 to TL3), with two changes: minutes spent on a page prove nothing and are not counted, and where
it counts likes we count answers that were accepted and still are: votes do not say that a problem is gone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from kb.core.saying import Said, say
from kb.core.trust import Trust

WINDOW = timedelta(days=100)
"""What a trusted person did lately is what they did in so long; Discourse's tl3_time_period."""

GRACE = timedelta(days=14)
"""A level that is no longer held is lost after so long: nobody loses it over a holiday. Discourse keeps a new level for 14 days, too."""


@dataclass(frozen=True, slots=True)
class Deeds:
    """What one person did: over all time, and (`lately_`) within `WINDOW`.

    `solved` are accepted answers that still are, to other people's questions. `sanctions` are silences and suspensions.
    """

    days: int = 0
    topics_read: int = 0
    replies: int = 0
    solved: int = 0
    lately_days: int = 0
    lately_replies: int = 0
    lately_solved: int = 0
    lately_flags: int = 0
    lately_sanctions: int = 0


NEEDED: Mapping[Trust, Mapping[str, int]] = {
    Trust.MEMBER: {"topics_read": 5, "days": 2},
    Trust.REGULAR: {"topics_read": 20, "days": 15, "replies": 3, "solved": 1},
    Trust.TRUSTED: {"lately_days": 50, "lately_replies": 10, "lately_solved": 5},
}
"""At least so many of each; of `AT_MOST` at most."""

AT_MOST: Mapping[Trust, Mapping[str, int]] = {
    Trust.TRUSTED: {"lately_flags": 2, "lately_sanctions": 0},
}
"""Discourse lets five flags pass; ours count only when moderators agreed with them."""

LEVEL_NAMES: Mapping[Trust, Said] = {
    Trust.NEWCOMER: say("Newcomer"),
    Trust.MEMBER: say("Member"),
    Trust.REGULAR: say("Regular"),
    Trust.TRUSTED: say("Trusted"),
    Trust.LEADER: say("Leader"),
}

_NAMES: Mapping[str, Said] = {
    "topics_read": say("Topics read"),
    "days": say("Days visited"),
    "replies": say("Other people's questions answered"),
    "solved": say("Answers that solved it"),
    "lately_days": say("Days visited, of the last 100"),
    "lately_replies": say("Questions answered in the last 100 days"),
    "lately_solved": say("Answers of the last 100 days that solved it"),
    "lately_flags": say("Flags moderators agreed with, at most"),
    "lately_sanctions": say("Silences and suspensions in the last 100 days, at most"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing the next level wants: how much there is of it, and how much is needed (or allowed, where `is_limit`)."""

    name: Said
    done: int
    wanted: int
    is_limit: bool = False

    @property
    def is_met(self) -> bool:
        """Whether nothing is missing here."""
        return self.done <= self.wanted if self.is_limit else self.done >= self.wanted


def list_steps(level: Trust, deeds: Deeds) -> list[Step]:
    """What this level wants, beside what was done; nothing for levels that are not earned."""
    needed = [Step(_NAMES[key], getattr(deeds, key), most) for key, most in NEEDED.get(level, {}).items()]
    limits = [Step(_NAMES[key], getattr(deeds, key), most, True) for key, most in AT_MOST.get(level, {}).items()]
    return needed + limits


def earned_level(deeds: Deeds) -> Trust:
    """The highest level whose wants, and those of all below it, are met."""
    earned = Trust.NEWCOMER
    for level in NEEDED:
        if not all(step.is_met for step in list_steps(level, deeds)):
            break
        earned = level
    return earned


@dataclass(frozen=True, slots=True)
class Verdict:
    """The level from now on, and since when it is no longer held (None: it is)."""

    level: Trust
    below_since: datetime | None


def judge(level: Trust, earned: Trust, below_since: datetime | None, *, is_locked: bool, at: datetime) -> Verdict:
    """What becomes of a level. Up at once; down only from trusted, after `GRACE`; leaders and locked levels stay."""
    if is_locked or level == Trust.LEADER:
        return Verdict(level, None)
    if earned >= level:
        return Verdict(earned, None)
    if level < Trust.TRUSTED:
        return Verdict(level, None)
    since = below_since or at
    return Verdict(Trust.REGULAR, None) if at - since >= GRACE else Verdict(level, since)
