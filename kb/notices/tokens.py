"""Signed words that stand in mail: the address that takes a reply, and the link that ends one kind of mail. Pure."""

import base64
import hashlib
import hmac
import re
from uuid import UUID

from kb.notices.rules import DIGEST, KINDS

SIGNED = 12
"""Bytes of signature: 96 bits, so that a whole reply address stays within the 64 characters mail allows before the `@`."""

_REPLY = re.compile(r"[a-z2-7]{45}")
_STOP = re.compile(r"([0-9a-f]{32})\.([a-z-]{1,60})\.([0-9a-f]{24})")


def write_reply_token(secret: str, mail_id: UUID) -> str:
    """45 small letters and digits: mail programs may change the case of an address."""
    signed = mail_id.bytes + _sign(secret, "reply", mail_id.hex)
    return base64.b32encode(signed).decode().rstrip("=").lower()


def read_reply_token(secret: str, token: str) -> UUID | None:
    """The mail that is answered; None for a word that we did not write."""
    token = token.lower()
    if not _REPLY.fullmatch(token):
        return None
    signed = base64.b32decode(token.upper() + "===")
    mail_id = UUID(bytes=signed[:16])
    return mail_id if hmac.compare_digest(signed[16:], _sign(secret, "reply", mail_id.hex)) else None


def write_stop_token(secret: str, person_id: UUID, kinds: set[str]) -> str:
    """What ends mail of these kinds for the person, without anybody signed in."""
    word = "-".join(sorted(kinds))
    return f"{person_id.hex}.{word}.{_sign(secret, 'stop', person_id.hex, word).hex()}"


def read_stop_token(secret: str, token: str) -> tuple[UUID, list[str]] | None:
    """Whose mail of which kinds; None for a word that we did not write."""
    found = _STOP.fullmatch(token)
    if not found:
        return None
    person, word, signature = found.groups()
    kinds = word.split("-")
    if not hmac.compare_digest(signature, _sign(secret, "stop", person, word).hex()):
        return None
    return (UUID(person), kinds) if set(kinds) <= {*KINDS, DIGEST} else None


def _sign(secret: str, *parts: str) -> bytes:
    return hmac.new(secret.encode(), "\0".join(("notices", *parts)).encode(), hashlib.sha256).digest()[:SIGNED]
