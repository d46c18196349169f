"""What every support desk holds, in one shape: each source is read into these, and one path stores them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from kb.people.importing import ImportedPerson

Kind = Literal["customer", "agent", "note"]
State = Literal["open", "pending", "solved"]
Priority = Literal["low", "normal", "high", "urgent"]


@dataclass(frozen=True, slots=True)
class Attached:
    """A file of a message. `place` is an http(s) address, or whatever the reader of its source finds it by."""

    name: str
    place: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One message as its writer sent it: Markdown or plain text, or HTML where `is_html` says so."""

    author: ImportedPerson
    kind: Kind
    text: str
    created_at: datetime
    is_html: bool = False
    attached: tuple[Attached, ...] = ()


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """What the customer said of how it was handled."""

    score: Literal["good", "bad"]
    comment: str
    given_at: datetime


@dataclass(frozen=True, slots=True)
class Conversation:
    """A ticket with all its messages, the oldest first; at least one. `assignee` is the address of an agent."""

    source_id: str
    subject: str
    state: State
    requester: ImportedPerson
    turns: tuple[Turn, ...]
    priority: Priority = "normal"
    tags: tuple[str, ...] = ()
    assignee: str = ""
    satisfaction: Satisfaction | None = None
    solved_at: datetime | None = None

    @property
    def people(self) -> list[ImportedPerson]:
        """Everybody in it."""
        return [self.requester, *(turn.author for turn in self.turns)]


@dataclass(frozen=True, slots=True)
class Link:
    """By source ids: a ticket that was merged into another, or an incident of a problem."""

    source_id: str
    into: str
