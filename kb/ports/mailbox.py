"""A mailbox of ours that somebody else's server keeps."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class LyingMail:
    """A mail that lies there. Of one that is larger than was asked for, `content` is the beginning; `size` is that of the whole."""

    uid: int
    size: int
    content: bytes = field(repr=False)


class OpenMailbox(Protocol):
    """A mailbox while a connection to it stands. Every method raises `Unavailable` when that breaks."""

    async def list_unseen(self) -> list[int]:
        """The uids of all mail that nobody has taken yet, the oldest first."""

    async def fetch(self, uid: int, *, most_bytes: int) -> LyingMail | None:
        """The mail, at most so much of it, and without taking it; None where it is gone."""

    async def mark_seen(self, uid: int) -> None:
        """Take it."""


class Mailbox(Protocol):
    """Where mail for us may lie."""

    def open(self) -> AbstractAsyncContextManager[OpenMailbox]:
        """Connect. Raises `Unavailable` when the server cannot be reached or does not let us in."""
