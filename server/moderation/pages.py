"""What the pages of moderation receive."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar
from urllib.parse import urlencode
from uuid import UUID

from kb.core.saying import Said, say
from kb.forum.spaces import Space
from kb.moderation.canned import Canned
from kb.moderation.flagging import FlagState
from kb.moderation.log import Log
from kb.moderation.outcomes import Outcome
from kb.moderation.queries import Queue, ReviewItem
from kb.moderation.rules import REASONS, SOURCES
from kb.screening.rules import ACTIONS, HOLD
from kb.screening.watched_words import WatchedWord
from server.pages import Page

REASON_NAMES = {
    "spam": (say("Spam"), say("It sells something, or was posted by a machine.")),
    "off_topic": (say("Off topic"), say("It is about something else than this topic or space.")),
    "rude": (say("Rude"), say("It attacks or offends somebody.")),
    "wrong": (say("Wrong or harmful"), say("Whoever follows it comes to harm or loses data.")),
    "other": (say("Something else"), say("Say below what is wrong.")),
}
SOURCE_NAMES = {
    "flag": say("Flagged"),
    "first_post": say("First posts"),
    "word": say("Watched words"),
    "spam": say("Looks like spam"),
    "other": say("Other"),
}
ACTION_NAMES = {
    "flag.hide": say("Hidden by flags"),
    "post.hide": say("Hidden"),
    "post.restore": say("Shown again"),
    "topic.hide": say("Hidden"),
    "topic.list": say("Listed again"),
    "topic.lock": say("Locked"),
    "topic.move": say("Moved"),
    "topic.reopen": say("Opened again"),
    "topic.restore": say("Shown again"),
    "topic.split": say("Split"),
    "topic.unlist": say("Taken out of all lists"),
    "topic.unmerge": say("Merge taken back"),
    "topic.unsplit": say("Split taken back"),
    "review.undo": say("Decision undone"),
}
DECISION_NAMES = {
    "keep": say("Reviewed: kept"),
    "hide": say("Reviewed: hidden"),
    "dismiss": say("Reviewed: flags dismissed"),
}
HELD_DECISION_NAMES = {"keep": say("Approved: everybody sees it now"), "hide": say("Rejected: nobody sees it")}


def decision_name(decision: str, *, was_held: bool, warned: bool = False) -> Said:
    """What was decided, of a post in sight or of one that nobody had seen."""
    if warned:
        return say("Rejected, its author warned") if was_held else say("Hidden, its author warned")
    return (HELD_DECISION_NAMES if was_held else {}).get(decision) or DECISION_NAMES[decision]


WORD_ACTION_NAMES = {
    "block": (say("Refuse"), say("The text is not posted; its writer is told which word, and keeps what they typed.")),
    "hold": (say("Hold"), say("The text waits for a moderator before anybody sees it.")),
    "flag": (say("Point out"), say("The text is posted, and stands in the review queue.")),
}


@dataclass(frozen=True, slots=True)
class FlagPage(Page):
    """The form that flags a post, or what the reader said before. `back` leads to the post."""

    post_id: UUID
    back: str
    state: FlagState
    reason: str = ""
    note: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def reasons(self) -> list[tuple[str, str, str]]:
        """(value, name, meaning)."""
        return [(reason, *REASON_NAMES[reason]) for reason in REASONS]


@dataclass(frozen=True, slots=True)
class QueuePage(Page):
    """What waits for review, and how the list is narrowed. `refused` is the item whose form was refused, with what was typed."""

    queue: Queue
    spaces: list[Space]
    canned: list[Canned]
    source: str
    space: str
    is_first: bool
    refused: UUID | None = None
    told: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)

    reason_names: ClassVar[Mapping[str, tuple[str, str]]] = REASON_NAMES
    source_names: ClassVar[Mapping[str, str]] = SOURCE_NAMES

    @property
    def sources(self) -> list[tuple[str, str, int]]:
        """(source, name, how much waits) of each that anything came from."""
        return [
            (one, SOURCE_NAMES[one], self.queue.counts.get(one, 0))
            for one in SOURCES
            if self.queue.counts.get(one) or one == self.source
        ]

    def href(self, **changed: str) -> str:
        """The queue, narrowed otherwise; from its beginning."""
        wanted = {"source": self.source, "space": self.space, **changed}
        query = urlencode({name: value for name, value in wanted.items() if value})
        return "/moderation" + (f"?{query}" if query else "")

    @property
    def older(self) -> str:
        """The next page, "" at the end."""
        return self.href(cursor=self.queue.next_cursor) if self.queue.next_cursor else ""


@dataclass(frozen=True, slots=True)
class DecidedPage(Page):
    """What stands in the place of an item that was decided: the decision, which can be undone."""

    item: ReviewItem
    decision: str
    decision_id: UUID


@dataclass(frozen=True, slots=True)
class LogPage(Page):
    """What moderators did."""

    log: Log
    is_first: bool

    action_names: ClassVar[Mapping[str, str]] = ACTION_NAMES
    decision_names: ClassVar[Mapping[str, str]] = DECISION_NAMES

    @property
    def older(self) -> str:
        """The next page, "" at the end."""
        return f"/moderation/log?{urlencode({'cursor': self.log.next_cursor})}" if self.log.next_cursor else ""


@dataclass(frozen=True, slots=True)
class ReasonsPage(Page):
    """Canned reasons, and the form of a new one or, with `edited`, of that one."""

    reasons: list[Canned]
    edited: UUID | None = None
    name: str = ""
    text: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WordsPage(Page):
    """Watched words, those removed last, and what was tried: `found` is None until a text was."""

    watched: list[WatchedWord]
    removed: list[WatchedWord]
    words: str = ""
    action: str = HOLD
    text: str = ""
    found: list[WatchedWord] | None = None
    errors: Mapping[str, str] = field(default_factory=dict)

    word_actions: ClassVar[Mapping[str, tuple[str, str]]] = WORD_ACTION_NAMES

    @property
    def actions(self) -> list[tuple[str, str, str]]:
        """(value, name, meaning)."""
        return [(action, *WORD_ACTION_NAMES[action]) for action in ACTIONS]

    @property
    def by_action(self) -> list[tuple[str, list[WatchedWord]]]:
        """The list, parted by what happens, without empty parts."""
        parts = [(action, [word for word in self.watched if word.action == action]) for action in ACTIONS]
        return [(action, words) for action, words in parts if words]


@dataclass(frozen=True, slots=True)
class OutcomePage(Page):
    """What came of a review."""

    outcome: Outcome
