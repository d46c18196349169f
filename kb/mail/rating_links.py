"""The signed word in the link that asks how a ticket was handled. Pure."""

import hashlib
import hmac
import re
from uuid import UUID

_TOKEN = re.compile(r"([0-9a-f]{32})\.([0-9a-f]{24})")


def write_rating_token(secret: str, ticket_id: UUID) -> str:
    """What stands in the link."""
    return f"{ticket_id.hex}.{_sign(secret, ticket_id)}"


def read_rating_token(secret: str, token: str) -> UUID | None:
    """The ticket; None for a word that we did not write."""
    found = _TOKEN.fullmatch(token)
    if found is None:
        return None
    ticket_id = UUID(found[1])
    return ticket_id if hmac.compare_digest(found[2], _sign(secret, ticket_id)) else None


def _sign(secret: str, ticket_id: UUID) -> str:
    return hmac.new(secret.encode(), f"rating\0{ticket_id.hex}".encode(), hashlib.sha256).digest()[:12].hex()
