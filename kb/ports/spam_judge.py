"""Judging whether a text was posted to sell or by a machine. Nothing waits for it but the text itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Learned:
    """Moderators' own verdicts: how many texts were spam and how many fair, and of each word in how many of either it stood."""

    spam: int = 0
    fair: int = 0
    words: Mapping[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Suspect:
    """A text about to be posted, plain, with where its links lead; and what is known of its writer.

    `in_sight` counts their posts that readers see, `last_hour` all they wrote in an hour, `copies` earlier ones of the same text.
    """

    text: str
    links: tuple[str, ...] = ()
    account_age: timedelta = timedelta(days=365)
    in_sight: int = 0
    last_hour: int = 0
    copies: int = 0
    learned: Learned = Learned()


@dataclass(frozen=True, slots=True)
class Judgement:
    """From 0, surely fair, to 1, surely spam; with what speaks for spam, the weightiest first, as sentences for moderators."""

    score: float
    reasons: tuple[str, ...] = ()


class SpamJudge(Protocol):
    """Scores texts. An adapter may ask a service outside: it is called outside transactions."""

    async def judge(self, suspect: Suspect) -> Judgement:
        """Raises `Unavailable` when it cannot be had; then the text is posted unscored."""
