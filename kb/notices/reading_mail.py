"""What a raw mail says, whatever it looks like: nothing that comes in over mail may break us. Pure."""

import email
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import getaddresses, parseaddr

from kb.text.html_to_markdown import markdown_from_html
from kb.text.mail_parts import reply_lines

MAX_TEXT = 200_000
"""Characters of a body looked at; a post holds a sixth of that."""

_AUTOMATIC = re.compile(r"auto-(?:replied|generated|notified)", re.IGNORECASE)
_BULK = re.compile(r"\s*(?:bulk|junk|list|auto_reply)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ReadMail:
    """`recipients` are all addresses it was sent or delivered to, in small letters; `text` what its writer wrote."""

    message_id: str
    sender: str
    recipients: list[str]
    subject: str
    text: str
    is_automatic: bool


def read_mail(raw: bytes) -> ReadMail:
    """Never refuses: what cannot be read is empty. A mail without a Message-ID is known by its content."""
    mail = email.message_from_bytes(raw, _class=EmailMessage, policy=SMTP)
    named = _header(mail, "Message-ID").strip()[:900]
    return ReadMail(
        message_id=named or f"<{hashlib.sha256(raw).hexdigest()}@unnamed>",
        sender=_or_empty(lambda: parseaddr(_header(mail, "From"))[1]).lower(),
        recipients=_recipients(mail),
        subject=_header(mail, "Subject")[:500],
        text=_own_text(mail),
        is_automatic=_is_automatic(mail),
    )


def _recipients(mail: EmailMessage) -> list[str]:
    names = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")
    said = [_clean(value) for name in names for value in _all_of(mail, name)]
    return [address.lower() for _, address in getaddresses(said) if address]


def _all_of(mail: EmailMessage, name: str) -> list[str]:
    try:
        return [str(value) for value in mail.get_all(name, [])]
    except Exception:  # the standard library's header parser fails in many ways on hostile headers
        return [str(value) for key, value in mail.raw_items() if key.lower() == name.lower()]


def _header(mail: EmailMessage, name: str) -> str:
    return _clean(next(iter(_all_of(mail, name)), ""))


def _is_automatic(mail: EmailMessage) -> bool:
    """Answers of machines (RFC 3834): to post those would start two machines talking."""
    return bool(
        _AUTOMATIC.match(_header(mail, "Auto-Submitted"))
        or _BULK.fullmatch(_header(mail, "Precedence"))
        or any(_all_of(mail, name) for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress"))
        or _header(mail, "Return-Path").strip() == "<>"
    )


def _own_text(mail: EmailMessage) -> str:
    part = _body(mail)
    if part is None:
        return ""
    text = _clean(_content(part))[:MAX_TEXT]
    if part.get_content_subtype() == "html":
        text = markdown_from_html(text)
    return "\n".join(reply_lines(text)).strip()


def _body(mail: EmailMessage) -> EmailMessage | None:
    try:
        found = mail.get_body(("plain", "html"))
    except Exception:  # a mail whose structure cannot be walked has no body
        return None
    return found if isinstance(found, EmailMessage) else None


def _content(part: EmailMessage) -> str:
    try:
        return str(part.get_content())
    except Exception:  # an unknown charset, or bytes that are not of it
        payload = part.get_payload(decode=True)
        return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def _or_empty(read: Callable[[], str]) -> str:
    try:
        return read()
    except Exception:  # see _all_of
        return ""


def _clean(text: str) -> str:
    """What Postgres can hold."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "").replace("\r\n", "\n")
