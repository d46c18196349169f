"""What this room's pages receive."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kb.core.saying import say
from kb.mail.queries import ReceivedLine, ReceivedWhole
from kb.mail.reviewing import HandMade, Legible
from server.pages import Page

CAME_BY = {
    "api": say("handed in by a program"),
    "command": say("handed in by a mail server"),
    "imap": say("out of our mailbox"),
    "smtp": say("over SMTP"),
    "lmtp": say("over LMTP"),
    "postmark": say("by Postmark"),
    "mailgun": say("by Mailgun"),
}
"""The doors, as people know them."""


@dataclass(frozen=True, slots=True)
class ReviewPage(Page):
    """Mail that people must look at, the newest first; `older` leads on, "" at the end."""

    mails: list[ReceivedLine]
    older: str
    is_first: bool


@dataclass(frozen=True, slots=True)
class ReviewedMailPage(Page):
    """One mail with what can be made out of it, and the form that makes a ticket of it as typed so far."""

    mail: ReceivedWhole
    legible: Legible
    form: HandMade
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def came_by(self) -> str:
        """The door it came through."""
        return CAME_BY.get(self.mail.line.came_by, self.mail.line.came_by)

    @property
    def is_waiting(self) -> bool:
        """Whether anything is to be decided about it."""
        return self.mail.line.state == "review"

    @property
    def is_cut(self) -> bool:
        """Whether only its beginning is kept."""
        return self.mail.content is not None and self.mail.line.size > len(self.mail.content)
