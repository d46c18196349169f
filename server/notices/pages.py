"""What this room's pages receive."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from uuid import UUID

from kb.core.saying import say
from kb.notices.queries import NoticeView
from kb.notices.rules import CHANNELS, CHOICES, DIGEST, DIGEST_CHOICES, EMAIL
from kb.notices.watching import WatchLine
from kb.notices.wording import explanation_of, lead_of
from server.pages import Page

LEVELS = (
    ("watching", say("Watching"), say("You are told of every reply.")),
    ("tracking", say("Tracking"), say("Replies are listed among your notices; no mail of their own.")),
    ("normal", say("Normal"), say("You are told when somebody mentions you.")),
    ("muted", say("Muted"), say("You are told of nothing; your lists leave it out.")),
)
SPACE_LEVELS = (
    ("watching", say("Watching"), say("You are told of every new topic and reply.")),
    ("tracking", say("Tracking"), say("New topics and replies are listed among your notices; no mail of their own.")),
    *LEVELS[2:],
)
KIND_NAMES = {
    "mention": (say("Mentions"), say("Somebody writes your @name.")),
    "reply": (say("Replies"), say("In topics you watch; you watch what you ask, answer, or have too.")),
    "accepted": (say("Solved"), say("An answer is accepted, yours or in a topic you watch.")),
    "published": (say("New articles"), say("There is an article that answers what you asked, or what you follow.")),
    "topic": (say("New topics"), say("In spaces and with tags you watch.")),
    "duplicate": (say("Asked before"), say("Your question is marked as a duplicate; you can object.")),
    "review": (
        say("Your posts reviewed"),
        say("A moderator hid something you wrote, and why; or published what had waited."),
    ),
    "flag": (say("Your flags"), say("What came of what you flagged.")),
    "reminder": (say("Reminders"), say("The time has come that you set for a bookmark.")),
    "article": (say("Your articles"), say("Somebody handed a revision of yours back, and why.")),
    "due": (say("Promises"), say("A ticket of yours or your team is due soon, or overdue.")),
    "contest": (say("Objections"), say("An asker objects to a duplicate; staff decide.")),
}
CHANNEL_NAMES = {"in_app": say("Here"), "email": say("E-mail"), "push": say("Browser")}
CHOICE_NAMES = {
    "in_app": {"at_once": say("Yes"), "never": say("No")},
    "email": {"soon": say("If unread"), "at_once": say("At once"), "never": say("No")},
    "push": {"at_once": say("Yes"), "never": say("No")},
}
DIGEST_NAMES = {"never": say("No digest"), "daily": say("Every day"), "weekly": say("Every week")}


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One line of the list: a notice, and how many more of the same topic and kind stand right behind it."""

    notice: NoticeView
    more: int

    @property
    def lead(self) -> str:
        """The words before the title."""
        return lead_of(self.notice) if not self.more else say("{count} replies in", count=self.more + 1)

    @property
    def explanation(self) -> str:
        """What stands below it."""
        return explanation_of(self.notice)


@dataclass(frozen=True, slots=True)
class NoticesPage(Page):
    """What the reader was told, newest first. `only` is "" or "unseen"; `older` leads on, "" at the end.

    `refused` is the notice whose objection did not fit, with what was typed.
    """

    notices: Sequence[NoticeView]
    unseen: int
    messages: int
    only: str
    older: str
    refused: UUID | None = None
    typed: str = ""
    error: str = ""

    @property
    def rows(self) -> list[NoticeRow]:
        """Replies to one topic that follow each other are one line; its newest is the one that opens."""
        groups = [list(group) for _, group in groupby(self.notices, key=_alike)]
        return [NoticeRow(group[0], len(group) - 1) for group in groups]


def _alike(notice: NoticeView) -> object:
    return (notice.topic_id, notice.is_unseen) if notice.kind == "reply" else notice.id


@dataclass(frozen=True, slots=True)
class WatchPage(Page):
    """A target and the level that holds for it. `action` is where the choice goes, `back` where it was made."""

    name: str
    action: str
    back: str
    level: str
    is_space: bool = False

    @property
    def levels(self) -> Sequence[tuple[str, str, str]]:
        """(value, name, what it means)."""
        return SPACE_LEVELS if self.is_space else LEVELS

    @property
    def level_name(self) -> str:
        """The present level in a word."""
        return next(name for value, name, _ in self.levels if value == self.level)


@dataclass(frozen=True, slots=True)
class PreferencesPage(Page):
    """What is told how, and everything the reader chose a level for. `unconfirmed` is their address while no mail may go there."""

    chosen: Mapping[tuple[str, str], str]
    watches: Sequence[WatchLine]
    errors: Mapping[str, str] = field(default_factory=dict)
    push_key: str = ""
    unconfirmed: str = ""

    @property
    def kinds(self) -> list[tuple[str, str, str]]:
        """(kind, name, what it is) of each that this reader may be told of."""
        shown = [kind for kind in KIND_NAMES if (kind, EMAIL) in self.chosen]
        return [(kind, *KIND_NAMES[kind]) for kind in shown]

    @property
    def channels(self) -> list[tuple[str, str]]:
        """(channel, name)."""
        return [(channel, CHANNEL_NAMES[channel]) for channel in CHANNELS]

    def options(self, channel: str) -> list[tuple[str, str]]:
        """(value, text) of what can be chosen."""
        return [(choice, CHOICE_NAMES[channel][choice]) for choice in CHOICES[channel]]

    @property
    def digests(self) -> list[tuple[str, str]]:
        """The same for the digest."""
        return [(choice, DIGEST_NAMES[choice]) for choice in DIGEST_CHOICES]

    @property
    def digest(self) -> str:
        """Its present choice."""
        return self.chosen[DIGEST, EMAIL]


@dataclass(frozen=True, slots=True)
class UnsubscribePage(Page):
    """What a mail's link ends, in words, and whether it has."""

    token: str
    what: str
    is_ended: bool


@dataclass(frozen=True, slots=True)
class ConfirmPage(Page):
    """The link of the mail that confirms an address."""

    token: str
