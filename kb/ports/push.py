"""Telling a browser something while no page of ours is open (Web Push)."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class PushAddress:
    """A browser's subscription as it gave it: where to send, its public key, and its secret, both base64url."""

    endpoint: str
    p256dh: str
    auth: str


class PushService(Protocol):
    """Hands a message to a browser's own push service."""

    @property
    def public_key(self) -> str:
        """Ours, base64url: a browser subscribes to what is signed with it and to nothing else."""

    async def push(self, to: PushAddress, payload: bytes) -> None:
        """Hand it over, encrypted for that browser alone.

        Raises `Gone` for a subscription that ended, `Invalid` for one that can never be used, `Unavailable` otherwise.
        """
