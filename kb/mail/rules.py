"""How much mail may bring, how long it is tried, and what makes two mails one. Pure."""

import hashlib
import re
from datetime import datetime, timedelta
from typing import Literal

from kb.mail.reading import ReadMail

CameBy = Literal["api", "command", "imap", "smtp", "lmtp", "postmark", "mailgun"]

MAX_MAIL = 35 * 1024 * 1024
"""Bytes as they come. Gmail and Outlook.com deliver 25 MB, which base64 makes a third more."""

TAKEN_FOR = timedelta(minutes=2)
"""After that, whoever took a mail to read it is presumed dead."""

READ_AT_MOST = 5
"""Tries. A mail that broke its reader so often would break it the next time, too: it goes to the review folder."""

LONGEST_WAIT = timedelta(minutes=30)
GIVE_UP_AFTER = timedelta(days=3)
"""Mail servers try for four to five days; what waits here is with us already and should be looked at sooner."""

ACKNOWLEDGED_AT_MOST = 3
ACKNOWLEDGED_WITHIN = timedelta(hours=1)
"""Of one address. Two machines that answer each other stop after three rounds; a person rarely opens three tickets an hour."""

READ_HERE = timedelta(minutes=10)
"""Who looked at their ticket so lately may be looking still: their mail waits so long, and is not sent once they have read the reply.
As long as kb/notices waits."""

MOST_REFERENCES = 20
"""Ids of a thread that a mail names: the first, by which mail programs find it, and the newest."""

MOST_PARTICIPANTS = 20
"""People a requester may bring along in Cc; more is a mailing list."""

MOST_FILES = 20
"""Attachments of one mail that are taken over."""

COMPARED = 20_000
"""Characters of a text by which two mails of one Message-ID are told apart."""

NO_SUBJECT = "(no subject)"
NO_TEXT = "(no text)"

_TRACE = re.compile(rb"(?:message-id|from|date)[ \t]*:", re.IGNORECASE)
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_LARGEST_HEAD = 256 * 1024


def digest_of(raw: bytes) -> bytes:
    """The same for one mail whatever way it came: of the headers relays add nothing is in it, and line ends do not count."""
    found = _HEAD_END.search(raw, 0, _LARGEST_HEAD)
    head, body = (raw[: found.start()], raw[found.end() :]) if found else (b"", raw)
    kept = sorted(line.strip() for line in head.splitlines() if _TRACE.match(line))
    digest = hashlib.sha256(b"\n".join(kept))
    digest.update(body.replace(b"\r\n", b"\n").strip())
    return digest.digest()


def identity_of(mail: ReadMail) -> str:
    """The same for one message however its mail was encoded on the way: its Message-ID, its writer, and its letters and digits.

    The text is in it because some programs give all their mails one Message-ID.
    """
    letters = "".join(char for char in mail.text[:COMPARED] if char.isalnum())
    if not letters:
        letters = "".join(hashlib.sha256(one.content).hexdigest() for one in mail.attachments)
    named = "" if mail.message_id.endswith("@unnamed>") else mail.message_id
    unnamed = "" if named else f"{mail.full_subject}\0{mail.sent_at}"
    return hashlib.sha256("\0".join((named, unnamed, mail.from_address, letters)).encode()).hexdigest()


def is_reading(channel: str, seen_at: datetime | None, moment: datetime) -> bool:
    """Whether a requester may be reading on our pages; who wrote by mail reads mail."""
    return channel != "email" and seen_at is not None and moment - seen_at < READ_HERE


def wait_after(attempts: int) -> timedelta:
    """How long a mail waits after its n-th try that broke off."""
    return min(timedelta(seconds=15 * 2 ** min(attempts, 12)), LONGEST_WAIT)


def wait_by_age(age: timedelta) -> timedelta:
    """How long a mail waits for a part that is down: the longer it has waited, the less often it is tried."""
    return max(timedelta(seconds=15), min(age, LONGEST_WAIT))
