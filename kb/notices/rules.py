"""Who is told what, and how. Pure; each limit with its reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

REPLY, MENTION, ACCEPTED, TOPIC, DUPLICATE, CONTEST = "reply", "mention", "accepted", "topic", "duplicate", "contest"
REVIEW, FLAG = "review", "flag"
"""What moderators decided about something of one's own, and about what one flagged."""
REMINDER = "reminder"
ARTICLE = "article"
"""What became of a text one wrote for the knowledge base."""
PUBLISHED = "published"
"""There is an article now that answers what one asked or follows."""
DUE = "due"
"""A promise to a customer that is about to be broken, or is."""
KINDS = (MENTION, REPLY, ACCEPTED, PUBLISHED, TOPIC, DUPLICATE, CONTEST, REVIEW, FLAG, REMINDER, ARTICLE, DUE)
OF_STAFF = frozenset({CONTEST, ARTICLE, DUE})
"""Kinds that nobody else is ever told."""

WATCHING, TRACKING, NORMAL, MUTED = "watching", "tracking", "normal", "muted"
LEVELS = (WATCHING, TRACKING, NORMAL, MUTED)

IN_APP, EMAIL, PUSH = "in_app", "email", "push"
CHANNELS = (IN_APP, EMAIL, PUSH)

NEVER, SOON, AT_ONCE, DAILY, WEEKLY = "never", "soon", "at_once", "daily", "weekly"
DIGEST = "digest"

CHOICES: Mapping[str, tuple[str, ...]] = {
    IN_APP: (AT_ONCE, NEVER),
    EMAIL: (SOON, AT_ONCE, NEVER),
    PUSH: (AT_ONCE, NEVER),
}
"""What can be chosen for a kind on each channel; `soon` is unless seen meanwhile."""

DIGEST_CHOICES = (NEVER, DAILY, WEEKLY)

MAIL_AFTER = timedelta(minutes=10)
"""A notice unseen for so long is mailed: somebody who is here has seen the bell, and several replies become one mail."""

MENTIONS_HEARD = 10
"""People one post may call; a longer list is not a call to anybody."""

SWEPT = timedelta(days=1)
"""How far back the sweep looks for people a lost message left out; later the news is none."""

Preferences = Mapping[tuple[str, str], str]
"""What one person chose, by kind and channel."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """How one notice reaches its reader. `mail_due_at` is None where it brings no mail of its own."""

    in_app: bool
    mail_due_at: datetime | None
    push_due: bool

    @property
    def is_any(self) -> bool:
        """Whether it reaches them at all."""
        return self.in_app or self.mail_due_at is not None or self.push_due


def choose_kind(happened: str, level: str, *, is_mentioned: bool = False) -> str | None:
    """What a person on this level is told when a post is written, a topic asked or an answer accepted; None: nothing."""
    if level == MUTED:
        return None
    if is_mentioned:
        return MENTION
    return happened if level in (WATCHING, TRACKING) else None


def default_choice(kind: str, channel: str) -> str:
    """What holds until somebody chooses. A digest is sent only to those who want one."""
    if kind == DIGEST:
        return NEVER
    if channel == EMAIL:
        return SOON
    if channel == PUSH:
        return NEVER if kind == TOPIC else AT_ONCE
    return AT_ONCE


def choice_of(preferences: Preferences, kind: str, channel: str) -> str:
    """What the person chose, or the default."""
    return preferences.get((kind, channel)) or default_choice(kind, channel)


def plan_delivery(kind: str, level: str, preferences: Preferences, *, at: datetime) -> Delivery:
    """How a notice goes out. What is only tracked waits in the product and in the digest."""
    in_app = choice_of(preferences, kind, IN_APP) != NEVER
    if level == TRACKING and kind != MENTION:
        return Delivery(in_app, None, push_due=False)
    mail = choice_of(preferences, kind, EMAIL)
    due = {SOON: at + MAIL_AFTER, AT_ONCE: at}.get(mail)
    return Delivery(in_app, due, push_due=choice_of(preferences, kind, PUSH) != NEVER)
