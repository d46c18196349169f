"""What we need of other people's servers: what lies at an address somebody named."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class WebAnswer:
    """What was answered. `is_cut` says that there was more than asked for; `retry_after` are seconds to wait, 0 for none told."""

    status: int
    body: bytes = field(repr=False)
    is_cut: bool = False
    retry_after: int = 0


class WebReader(Protocol):
    """Reads addresses of the public network."""

    async def read(self, url: str, *, most: int, headers: Mapping[str, str] | None = None) -> WebAnswer:
        """At most so many bytes of what lies there, whatever the status. With headers no redirect is followed: they may be secret.

        Raises `Invalid` where the address may not be asked, `Unavailable` where nobody answers.
        """
        ...
