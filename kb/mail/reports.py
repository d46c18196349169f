"""What other servers report: mail that was not delivered (RFC 3464 and older habits), mail that somebody complained about (RFC 5965)."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import Parser

from kb.mail.charsets import text_of
from kb.mail.headers import addresses_in, first_id
from kb.mail.reading import Attachment, ReadMail

MAX_REPORT = 100_000
"""Bytes of a report looked at: each address takes about 300."""

MAX_FAILURES = 100

_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_REPLY_CODE = re.compile(r"(?<!\d)([45])\d\d(?=[ -])")
_ADDRESS = re.compile(r"[\w.+!#$%&'*/=?^{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_ORIGINAL_ID = re.compile(r"^message-id:[ \t]*(?:\r?\n[ \t]+)?(<[^<>\s]{1,900}>)", re.IGNORECASE | re.MULTILINE)
_DELAYED = re.compile(
    r"\b(?:delayed|will (?:keep|continue) (?:trying|to (?:re)?try)|will be retried|temporar\w+|warning only)\b",
    re.IGNORECASE,
)
_ORIGINALS = {
    "message/rfc822",
    "text/rfc822-headers",
    "message/rfc822-headers",
    "message/global",
    "message/global-headers",
}


@dataclass(frozen=True, slots=True)
class Failure:
    """One address that a mail of ours did not reach. `status` as RFC 3463 has it (`5.1.1`), empty where none was given.

    `about` is the Message-ID of the mail that failed, empty where the server did not send it back. `is_permanent` speaks of the
    address, `is_delayed` of the mail: given up over a full mailbox it is neither.
    """

    recipient: str
    status: str
    is_permanent: bool
    explanation: str
    about: str
    is_delayed: bool = False


@dataclass(frozen=True, slots=True)
class Complaint:
    """`what` is the provider's word for it (`abuse`, `fraud`, `not-spam`); `recipients` those who complained, where it tells."""

    what: str
    recipients: tuple[str, ...]
    about: str


def has_report(read: ReadMail) -> bool:
    """Whether it holds a report of delivery for machines to read."""
    return _report(read, "message/delivery-status", "message/global-delivery-status") is not None


def is_read_receipt(read: ReadMail) -> bool:
    """Whether it says that a mail was opened, or deleted unopened."""
    return _report(read, "message/disposition-notification") is not None


def find_failures(read: ReadMail, own_addresses: Collection[str]) -> tuple[Failure, ...]:
    """None where all addresses were reached. From the report if there is one, else from the words."""
    report = _report(read, "message/delivery-status", "message/global-delivery-status")
    about = _about(read)
    if report is not None:
        found = tuple(_failures_reported(report, about))
        if found or "action" in _text(report).lower():
            return found[:MAX_FAILURES]
    return tuple(_failures_told(read, own_addresses, about))


def find_complaint(read: ReadMail) -> Complaint | None:
    """None where it is none."""
    report = _report(read, "message/feedback-report")
    if report is None:
        return None
    fields = _fields(_text(report))
    named = [value for name in ("original-rcpt-to", "removal-recipient") for value in fields.get_all(name, [])]
    recipients = [address for value in named for address in addresses_in(str(value))] or _original_recipients(read)
    what = str(fields.get("feedback-type", "abuse")).strip().lower()[:40] or "abuse"
    return Complaint(what, tuple(dict.fromkeys(recipients)), _about(read))


def _report(read: ReadMail, *kinds: str) -> Attachment | None:
    return next((one for one in read.attachments if one.content_type in kinds), None)


def _text(report: Attachment) -> str:
    return text_of(report.content[:MAX_REPORT], "utf-8")


def _fields(block: str) -> Message:
    return Parser().parsestr(block.strip("\n") + "\n\n", headersonly=True)


def _failures_reported(report: Attachment, about: str) -> Iterator[Failure]:
    for block in re.split(r"\n[ \t]*\n", _text(report)):
        fields = _fields(block)
        named = str(fields.get("final-recipient") or fields.get("original-recipient") or "")
        action = str(fields.get("action", "")).strip().lower()
        if not named or action not in {"failed", "delayed", ""}:
            continue
        explanation = " ".join(str(fields.get("diagnostic-code", "")).split())
        status = _status(str(fields.get("status", ""))) or _status(explanation)
        is_permanent = action != "delayed" and not status.startswith("4")
        yield Failure(
            _address(named),
            status,
            is_permanent,
            explanation.partition(";")[2].strip()[:500] or explanation[:500],
            about,
            action == "delayed",
        )


def _address(named: str) -> str:
    """`rfc822; somebody@example.com`, with or without the type and brackets."""
    return named.rpartition(";")[2].strip().strip("<>").lower()[:320]


def _failures_told(read: ReadMail, own_addresses: Collection[str], about: str) -> Iterator[Failure]:
    text = read.text[:20_000]
    listed = addresses_in(read.header("x-failed-recipients"))
    spoken = [found[0].lower().strip("'.") for found in _ADDRESS.finditer(_before_original(text))]
    not_meant = {read.from_address, *own_addresses, *(address for address in read.recipients)}
    named = listed or [address for address in spoken if address not in not_meant][:1]
    code = _REPLY_CODE.search(text)
    status = _status(text)
    is_temporary = (status or (code[1] if code else "")).startswith("4") or (
        not status and not code and bool(_DELAYED.search(text))
    )
    is_delayed = is_temporary and bool(_DELAYED.search(text))
    for address in list(dict.fromkeys(named))[:MAX_FAILURES]:
        yield Failure(address, status, not is_temporary, _explanation(text), about, is_delayed)


def _status(text: str) -> str:
    found = _STATUS.search(text)
    return ".".join(found.groups()) if found else ""


def _before_original(text: str) -> str:
    """The mail that came back names addresses too."""
    return re.split(r"\n(?:-{3,}|_{3,}|received:|return-path:)", text, maxsplit=1, flags=re.IGNORECASE)[0] or text


def _explanation(text: str) -> str:
    lines = [line.strip() for line in text.splitlines()]
    telling = next((line for line in lines if _STATUS.search(line) or _REPLY_CODE.search(line)), "")
    return telling[:500]


def _about(read: ReadMail) -> str:
    for one in read.attachments:
        if one.content_type in _ORIGINALS:
            found = _ORIGINAL_ID.search(text_of(one.content[:MAX_REPORT], "utf-8"))
            if found:
                return found[1]
    found = _ORIGINAL_ID.search(read.text)
    return found[1] if found else first_id(read.in_reply_to)


def _original_recipients(read: ReadMail) -> list[str]:
    original = _report(read, *_ORIGINALS)
    if original is None:
        return []
    head = text_of(original.content[:MAX_REPORT], "utf-8").lstrip("\n").partition("\n\n")[0]
    return addresses_in(str(_fields(head).get("to", "")))
