"""Bytes into a tree of parts, within bounds that hostile mail cannot pass."""

import email.policy
import re
from email.message import Message
from email.parser import BytesParser
from typing import Any

from kb.mail.charsets import text_of

MAX_MAIL = 50_000_000
"""Bytes. Providers deliver 25 to 35 MB, a third more once encoded."""

MAX_BOUNDARIES = 200
"""Multiparts in one mail: each is looked for in every line. Chains of forwards reach about ten."""

MAX_PART_LINES = 20_000
"""Lines that may begin a part. Patches sent as mail have thousands of lines of dashes; each real part costs about 0.03 ms."""

MAX_PARTS = 500

MAX_HEADER = 40_000
"""Characters of one header: a `To` of 500 people, a `References` of 400 ids."""

MAX_PARAMETERS = 2_000
"""Characters of a header with parameters; the standard library reads those in time that grows with the square."""

_WITH_PARAMETERS = {"content-type", "content-disposition"}
_LOST_BOUNDARY = re.compile(rb"^--([^\s-][^\r\n]{0,69}?)[ \t]*\r?\n(?=content-)", re.IGNORECASE | re.MULTILINE)


class Unreadable(Exception):
    """The mail cannot be read; the text says why, for whoever looks at it in the review folder."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _Bounded(email.policy.Compat32):
    """The oldest policy: it takes headers as they are, where the newer ones stumble over hostile ones. Raw bytes become text."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        bounded = value[: MAX_PARAMETERS if name.lower() in _WITH_PARAMETERS else MAX_HEADER]
        return name, text_of(bounded.encode("utf-8", "surrogateescape"), "utf-8")


def parse_mail(raw: bytes) -> Message:
    """Raises `Unreadable` where it is too large or too intricate to be looked at; `RecursionError` where nested too deep."""
    if not raw.strip():
        raise Unreadable("It is empty.")
    if len(raw) > MAX_MAIL:
        raise Unreadable(f"It is larger than {MAX_MAIL // 1_000_000} MB.")
    if len(re.findall(rb"boundary", raw, re.IGNORECASE)) > MAX_BOUNDARIES or raw.count(b"\n--") > MAX_PART_LINES:
        raise Unreadable("It has more parts than mail has.")
    return _parse(_without_envelope(raw))


def with_guessed_boundary(part: Message) -> Message | None:
    """A multipart whose boundary was not told, read anew with the one its lines show; None where they show none."""
    payload = payload_bytes(part)
    found = _LOST_BOUNDARY.search(payload)
    if found is None:
        return None
    quoted = found[1].replace(b"\\", b"\\\\").replace(b'"', b'\\"')
    again = _parse(b'Content-Type: multipart/mixed; boundary="' + quoted + b'"\n\n' + payload)
    return again if again.is_multipart() else None


def payload_bytes(part: Message) -> bytes:
    """What a leaf holds, its transfer encoding undone as far as it goes."""
    try:
        payload: Any = part.get_payload(decode=True)
    except Exception:  # damaged encodings fail in many ways
        payload = part.get_payload()
    if isinstance(payload, bytes):
        return payload
    return payload.encode("utf-8", "surrogateescape") if isinstance(payload, str) else b""


def _parse(raw: bytes) -> Message:
    return BytesParser(Message, policy=_Bounded()).parsebytes(raw)


def _without_envelope(raw: bytes) -> bytes:
    """Blank lines and the `From ` line of mailboxes in front of the headers would end them before they began."""
    raw = raw.lstrip(b"\r\n \t").removeprefix(b"\xef\xbb\xbf")
    return raw.partition(b"\n")[2] if raw.startswith((b"From ", b">From ")) else raw
