"""A place where product issues live."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class IssuePacket:
    """An issue with its evidence, in Markdown.

    `key` is stable over retries and stands in the text, so that a second filing finds the first.
    """

    key: UUID
    title: str
    body: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FiledIssue:
    """Where the tracker put it."""

    external_id: str
    url: str


class Tracker(Protocol):
    """Files issues. Raises `Unavailable` when trying again later may work, `Invalid` or `NotAllowed` when it will not."""

    async def file(self, packet: IssuePacket) -> FiledIssue:
        """File it, or find it already filed under the same key."""
