"""Postmark's webhooks: mail it took in for us, and what became of mail it sent (https://postmarkapp.com/developer/webhooks). Pure.

Mail of ours bears its id as Postmark's metadata (`composing`), which events bring back.
"""

import base64
import binascii
from typing import Any
from uuid import UUID

import msgspec

from kb.core.errors import Invalid
from kb.core.saying import say
from kb.mail.bouncing import DeliveryNews, What
from kb.mail.rebuilding import Piece, rebuild

_GONE_FOR_GOOD = {"HardBounce", "BadEmailAddress", "ManuallyDeactivated"}
_NO_FAILURE = {"AutoResponder", "AddressChange", "Subscribe", "Unsubscribe", "ChallengeVerification", "OpenRelayTest"}
_STILL_TRIED = {"Transient"}


class _Header(msgspec.Struct, frozen=True, rename="pascal"):
    name: str
    value: str = ""


class _Attachment(msgspec.Struct, frozen=True, rename="pascal"):
    name: str = ""
    content: str = ""
    content_type: str = ""
    content_id: str | None = msgspec.field(name="ContentID", default="")


class PostmarkMail(msgspec.Struct, frozen=True, rename="pascal"):
    """A mail Postmark took in. `raw_email` is there where its server is set to send it."""

    from_: str = msgspec.field(name="From", default="")
    to: str = ""
    cc: str = ""
    subject: str = ""
    date: str = ""
    reply_to: str = ""
    original_recipient: str = ""
    text_body: str = ""
    html_body: str = ""
    raw_email: str = ""
    message_id: str = msgspec.field(name="MessageID", default="")
    headers: list[_Header] = []
    attachments: list[_Attachment] = []


class PostmarkEvent(msgspec.Struct, frozen=True, rename="pascal"):
    """What became of a mail."""

    record_type: str
    type: str = ""
    email: str = ""
    recipient: str = ""
    description: str = ""
    details: str = ""
    metadata: dict[str, Any] = {}


def read_postmark(body: bytes) -> PostmarkMail | PostmarkEvent:
    """Whichever it is. Raises `Invalid` for what is neither."""
    try:
        said = msgspec.json.decode(body)
        if isinstance(said, dict) and "RecordType" in said:
            return msgspec.convert(_without_nulls(said), PostmarkEvent)
        return msgspec.convert(_without_nulls(said), PostmarkMail)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise Invalid(say("This is not what Postmark sends."), {"body": str(error)[:300]}) from error


def raw_of(mail: PostmarkMail) -> bytes:
    """The mail as it came, or as near to that as Postmark tells."""
    if mail.raw_email.strip():
        return mail.raw_email.encode("utf-8", "surrogateescape")
    told = {header.name.lower() for header in mail.headers}
    named = {
        "From": mail.from_,
        "To": mail.to,
        "Cc": mail.cc,
        "Subject": mail.subject,
        "Date": mail.date,
        "Reply-To": mail.reply_to,
        "Message-ID": f"<{mail.message_id}@postmark>" if mail.message_id else "",
    }
    headers = [(name, value) for name, value in named.items() if value and name.lower() not in told]
    headers += [(header.name, header.value) for header in mail.headers]
    return rebuild(headers, mail.text_body, mail.html_body, [_piece(one) for one in mail.attachments])


def news_of_event(event: PostmarkEvent) -> DeliveryNews | None:
    """None for events that say nothing of a delivery."""
    reason = event.details or event.description
    address = (event.email or event.recipient).lower()
    mail_id = _own_id(event.metadata.get("mail"))
    if event.record_type == "Delivery":
        return DeliveryNews("delivered", address, "", mail_id)
    if event.record_type == "SpamComplaint" or event.type == "SpamComplaint":
        return DeliveryNews("complained", address, reason, mail_id)
    if event.record_type != "Bounce" or event.type in _NO_FAILURE:
        return None
    what: What = "delayed" if event.type in _STILL_TRIED else "bounced"
    return DeliveryNews(what, address, reason, mail_id, is_for_good=event.type in _GONE_FOR_GOOD)


def _own_id(value: object) -> UUID | None:
    try:
        return UUID(str(value)) if value else None
    except ValueError:
        return None


def _piece(one: _Attachment) -> Piece:
    try:
        content = base64.b64decode(one.content)
    except (binascii.Error, ValueError):
        content = one.content.encode()
    return Piece(one.name, one.content_type, content, one.content_id or "")


def _without_nulls(said: object) -> object:
    """Postmark writes null for what is empty."""
    return {name: value for name, value in said.items() if value is not None} if isinstance(said, dict) else said
