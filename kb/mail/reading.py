"""What a raw mail says, whatever it looks like. Pure: no database, no settings, no clock.

Nothing that comes in by mail may break us: sizes, numbers and depths are bounded, and every refusal is `Unreadable`.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import Message

from kb.mail.bodies import Attachment, Body, read_body
from kb.mail.headers import addresses_in, first_id, first_person, header_values, ids_in, moment_of
from kb.mail.mime import Unreadable, parse_mail
from kb.mail.subjects import is_forward, without_prefixes

__all__ = ["Attachment", "ReadMail", "Unreadable", "read_message"]

MAX_REFERENCES = 200
"""Ids kept of `References`, the newest: long threads of real lists have about 100."""

_DELIVERED = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-forwarded-to", "x-rcpt-to")


@dataclass(frozen=True, slots=True)
class ReadMail:
    """Addresses are in small letters; texts hold no NUL and end their lines with a line feed.

    `message_id` and the ids of threads keep their angle brackets. A mail without one is known by what it holds.
    `subject` comes without "Re:" and its like in other languages, `full_subject` as it was written.
    `sent_at` is what its header claims, in UTC; None where there is no date to read.
    `text` is the whole plain text, quotes and signature included, made from the HTML where that says more; `text_is_from_html` tells.
    `html` is as it came: never show it before `kb.text.gate.clean_html`. `headers` by name in small letters, decoded.
    """

    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    from_name: str
    from_address: str
    reply_to: tuple[str, ...]
    to: tuple[str, ...]
    cc: tuple[str, ...]
    delivered_to: tuple[str, ...]
    subject: str
    full_subject: str
    is_forward: bool
    sent_at: datetime | None
    text: str
    text_is_from_html: bool
    html: str
    attachments: tuple[Attachment, ...]
    headers: Mapping[str, tuple[str, ...]]

    def header(self, name: str) -> str:
        """The first of that name, or nothing."""
        return next(iter(self.headers.get(name.lower(), ())), "")

    @property
    def recipients(self) -> tuple[str, ...]:
        """All it was sent or delivered to, each once, those it was delivered to first."""
        return tuple(dict.fromkeys((*self.delivered_to, *self.to, *self.cc)))


def read_message(raw: bytes) -> ReadMail:
    """Raises `Unreadable`, with a reason a person understands, and nothing else."""
    try:
        mail = parse_mail(raw)
        return _read(mail, raw)
    except RecursionError as error:
        raise Unreadable("Its parts are nested too deep.") from error


def _read(mail: Message, raw: bytes) -> ReadMail:
    headers = header_values(mail)
    if not headers:
        raise Unreadable("It has no headers, so it is no mail.")
    body = read_body(mail)
    return _assemble(headers, body, raw)


def _assemble(headers: Mapping[str, tuple[str, ...]], body: Body, raw: bytes) -> ReadMail:
    def first(name: str) -> str:
        return next(iter(headers.get(name, ())), "")

    def addresses(*names: str) -> tuple[str, ...]:
        return tuple(
            dict.fromkeys(one for name in names for value in headers.get(name, ()) for one in addresses_in(value))
        )

    from_name, from_address = first_person(first("from") or first("sender"))
    full_subject = first("subject")
    return ReadMail(
        message_id=first_id(first("message-id")) or f"<{hashlib.sha256(raw).hexdigest()}@unnamed>",
        in_reply_to=first_id(first("in-reply-to")),
        references=ids_in(first("references"))[-MAX_REFERENCES:],
        from_name=from_name,
        from_address=from_address,
        reply_to=addresses("reply-to"),
        to=addresses("to"),
        cc=addresses("cc"),
        delivered_to=addresses(*_DELIVERED),
        subject=without_prefixes(full_subject),
        full_subject=full_subject,
        is_forward=is_forward(full_subject),
        sent_at=moment_of(first("date")),
        text=body.text,
        text_is_from_html=body.text_is_from_html,
        html=body.html,
        attachments=body.attachments,
        headers=headers,
    )
