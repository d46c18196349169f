"""A way to reach one person outside the page: mail today, more later."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file that goes with a message. With a `content_id` the HTML shows it by `cid:`, else it is attached."""

    name: str
    media_type: str
    content: bytes = field(repr=False)
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """One message, rendered. `id` is stable over retries, so that a channel can avoid a second copy.

    `sender_name` stands before the installation's own address, where somebody wrote what the message brings.
    `copies` are further addresses it goes to, in sight of all. `is_automatic` says that no human wrote it to this person.
    """

    id: UUID
    address: str
    subject: str
    text: str
    html: str
    headers: tuple[tuple[str, str], ...] = ()
    sender_name: str = ""
    copies: tuple[str, ...] = ()
    enclosed: tuple[Enclosed, ...] = ()
    is_automatic: bool = True


@dataclass(frozen=True, slots=True)
class WrittenMail:
    """A mail that was written to a file instead of being sent."""

    id: UUID
    address: str
    sender: str
    subject: str
    at: datetime
    text: str


class Channel(Protocol):
    """Delivers one message. Raises `Unavailable` when trying again later may work, `Invalid` when the address never will."""

    async def deliver(self, message: OutgoingMessage) -> None:
        """Hand the message over; returning means it was accepted."""

    async def ping(self) -> str:
        """Where messages go, in a few words, or an exception when that is down."""
