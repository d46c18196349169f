"""What we need for telling other programs: a request handed to an address that somebody named."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the other side answered. `text` is the beginning of its body; `retry_after` the seconds it asks us to wait, 0 for none."""

    status: int
    text: str
    retry_after: int = 0


class Postman(Protocol):
    """Posts JSON to addresses of the public network, and to those of our own that an operator listed."""

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Receipt:
        """The answer, whatever its status. Raises `Invalid` where the address may not be asked, `Unavailable` where nobody answers."""
