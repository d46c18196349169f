"""What we need of other people's pages: how they describe themselves."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What a page says it is: plain text, each on one line, not yet escaped."""

    title: str
    description: str
    site: str


class PageReader(Protocol):
    """Reads pages of the hosts an operator listed, and of no others."""

    async def read(self, url: str) -> PageFacts:
        """Raises `Invalid` where the address may not be read or holds no page with a title, `Unavailable` where nobody answers."""
        ...
