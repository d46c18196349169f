"""What the pages of this room receive."""

from dataclasses import dataclass

from kb.core.cursors import Cursor, write_cursor
from kb.outreach.queries import PAGE, DecisionLine, InboxMessage, TriggerLine
from kb.outreach.rules import in_words
from kb.ports.channel import WrittenMail
from server.pages import Page


@dataclass(frozen=True, slots=True)
class InboxPage(Page):
    """A person's own messages. `unread` counts all of them, not only this page's."""

    messages: list[InboxMessage]
    unread: int

    @property
    def older(self) -> str:
        """Leads on; empty at the end."""
        if len(self.messages) < PAGE:
            return ""
        last = self.messages[-1]
        return f"/messages?cursor={write_cursor(Cursor(last.sent_at, last.id))}"


@dataclass(frozen=True, slots=True)
class OutreachPage(Page):
    """Triggers and decisions. `outcome` and `trigger` are the filters in force."""

    triggers: list[TriggerLine]
    decisions: list[DecisionLine]
    outcome: str
    trigger: str

    @property
    def older(self) -> str:
        """Leads on under the same filters; empty at the end."""
        if len(self.decisions) < PAGE:
            return ""
        last = self.decisions[-1]
        cursor = write_cursor(Cursor(last.created_at, last.id))
        return f"/outreach?outcome={self.outcome}&trigger={self.trigger}&cursor={cursor}"

    @property
    def ages(self) -> dict[str, str]:
        """By trigger key, the oldest signal it speaks about, in words."""
        return {line.key: in_words(line.max_age) if line.max_age else "" for line in self.triggers}


@dataclass(frozen=True, slots=True)
class MailListPage(Page):
    """Mail that was written to files. `server_is_set`: mail goes to a mail server and nothing new comes here."""

    mails: list[WrittenMail]
    server_is_set: bool


@dataclass(frozen=True, slots=True)
class MailPage(Page):
    """One of them."""

    mail: WrittenMail
