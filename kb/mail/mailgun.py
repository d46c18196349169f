"""Mailgun's webhooks: mail its routes hand on, and what became of mail it sent (https://documentation.mailgun.com). Pure.

Each is signed with a key of the account; a signature is good for fifteen minutes. What comes twice is understood once: mail by what
it holds, events because they only say how things stand.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from kb.core.clock import now
from kb.core.errors import Invalid, NotAllowed
from kb.core.saying import say
from kb.mail.bouncing import DeliveryNews, What
from kb.mail.office import Office
from kb.mail.rebuilding import Piece, rebuild
from kb.mail.threading import own_ids

SIGNED_FOR = timedelta(minutes=15)
"""Mailgun tries again for hours, and signs each try anew."""

_FOR_GOOD = {"bounce", "suppress-bounce", "hardfail"}


class Signature(msgspec.Struct, frozen=True):
    """What Mailgun signs: the moment (seconds since 1970) and a random token, with HMAC-SHA256."""

    timestamp: str | int
    token: str
    signature: str


class _Delivered(msgspec.Struct, frozen=True):
    message: str | None = ""
    description: str | None = ""


class MailgunEvent(msgspec.Struct, frozen=True):
    """What became of a mail."""

    event: str
    recipient: str = ""
    severity: str = ""
    reason: str | None = ""
    status: _Delivered = msgspec.field(name="delivery-status", default_factory=_Delivered)
    message: dict[str, Any] = {}


class _Call(msgspec.Struct, frozen=True):
    signature: Signature
    event: MailgunEvent = msgspec.field(name="event-data")


@dataclass(frozen=True, slots=True)
class MailgunMail:
    """A mail, as the fields and files of a form."""

    fields: Mapping[str, str]
    files: Sequence[tuple[str, Piece]]

    @property
    def recipient(self) -> str:
        """Whom it was delivered to."""
        return self.fields.get("recipient", "")


def check_signature(signature: Signature, *, key: str) -> None:
    """Raises `NotAllowed` unless Mailgun made it, lately."""
    wanted = hmac.new(key.encode(), f"{signature.timestamp}{signature.token}".encode(), hashlib.sha256).hexdigest()
    if not key or not hmac.compare_digest(wanted.encode(), signature.signature.encode()):
        raise NotAllowed(say("The signature is not right."))
    try:
        age = abs(now() - datetime.fromtimestamp(int(signature.timestamp), UTC))
    except (ValueError, OverflowError, OSError):
        raise NotAllowed(say("The signature is not right.")) from None
    if age > SIGNED_FOR:
        raise NotAllowed(say("The signature is too old."))


def read_event(body: bytes, *, key: str) -> MailgunEvent:
    """Raises `Invalid` for what is no event, `NotAllowed` for one that Mailgun did not sign."""
    try:
        call = msgspec.json.decode(body, type=_Call)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise Invalid(say("This is not what Mailgun sends."), {"body": str(error)[:300]}) from error
    check_signature(call.signature, key=key)
    return call.event


def news_of_event(event: MailgunEvent, office: Office) -> DeliveryNews | None:
    """None for events that say nothing of a delivery."""
    mail_id = next(iter(own_ids([f"<{_message_id(event)}>"], office)), None)
    address = event.recipient.lower()
    reason = event.status.message or event.status.description or event.reason or ""
    if event.event == "delivered":
        return DeliveryNews("delivered", address, "", mail_id)
    if event.event == "complained":
        return DeliveryNews("complained", address, reason, mail_id)
    if event.event != "failed":
        return None
    what: What = "delayed" if event.severity == "temporary" else "bounced"
    return DeliveryNews(what, address, reason, mail_id, is_for_good=event.reason in _FOR_GOOD)


def _message_id(event: MailgunEvent) -> str:
    headers = event.message.get("headers")
    return str(headers.get("message-id", "")).strip("<>") if isinstance(headers, dict) else ""


def signature_of(fields: Mapping[str, str]) -> Signature:
    """As it stands among the form's fields."""
    return Signature(*(fields.get(name, "") for name in ("timestamp", "token", "signature")))


def raw_of(mail: MailgunMail) -> bytes:
    """The mail as it came, where the route hands it on so (`body-mime`), or as near to that as the form tells."""
    if whole := mail.fields.get("body-mime"):
        return whole.encode("utf-8", "surrogateescape")
    shown = {field: cid.strip("<>") for cid, field in _json(mail.fields.get("content-id-map"), dict).items()}
    pieces = [Piece(one.name, one.content_type, one.content, shown.get(field, "")) for field, one in mail.files]
    return rebuild(_headers(mail), mail.fields.get("body-plain", ""), mail.fields.get("body-html", ""), pieces)


def _headers(mail: MailgunMail) -> list[tuple[str, str]]:
    told = _json(mail.fields.get("message-headers"), list)
    headers = [(str(pair[0]), str(pair[1])) for pair in told if isinstance(pair, list) and len(pair) == 2]
    named = {name.lower() for name, _ in headers}
    more = {"From": "from", "To": "recipient", "Subject": "subject", "Message-ID": "Message-Id", "Date": "Date"}
    return headers + [
        (name, mail.fields[field]) for name, field in more.items() if field in mail.fields and name.lower() not in named
    ]


def _json(text: str | None, kind: type[Any]) -> Any:
    """Of this kind, or empty where it is something else."""
    try:
        read = json.loads(text or "")
    except (ValueError, RecursionError):
        return kind()
    return read if isinstance(read, kind) else kind()
