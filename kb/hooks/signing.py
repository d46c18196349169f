"""Secrets and signatures as the Standard Webhooks specification has them (standardwebhooks.com, version 1). Pure but for making one."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from uuid import UUID

PREFIX = "whsec_"
SECRET_BYTES = 32
"""The specification asks for 24 to 64."""


def make_secret() -> str:
    """A fresh secret as its receiver is given it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def message_id(delivery_id: UUID) -> str:
    """How a receiver knows that it was told before: the same at each attempt."""
    return f"msg_{delivery_id.hex}"


def sign(secret: str, *, message: str, timestamp: int, body: bytes) -> str:
    """`v1,` and the HMAC-SHA256 of `message.timestamp.body`, base64. `timestamp` is in seconds."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{message}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def headers_of(secrets_: Sequence[str], *, message: str, timestamp: int, body: bytes) -> dict[str, str]:
    """What goes with the body; one signature for each secret that holds, apart by spaces."""
    return {
        "content-type": "application/json",
        "webhook-id": message,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(sign(one, message=message, timestamp=timestamp, body=body) for one in secrets_),
    }
