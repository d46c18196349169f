"""Who wrote a mail: a person, a machine that answers, a server that returns it, a provider that complains, a list, or we ourselves.

To answer a machine would start two machines talking (RFC 3834). When in doubt it was a person: their mail is not to be lost.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from kb.mail.reading import ReadMail
from kb.mail.reports import Complaint, Failure, find_complaint, find_failures, has_report, is_read_receipt
from kb.mail.wording import OUT_OF_OFFICE, RETURNED


class KindName(StrEnum):
    """What becomes of it is up to whoever asks."""

    PERSON = "person"
    AUTOMATIC = "automatic"
    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    BULK = "bulk"
    LOOP = "loop"


@dataclass(frozen=True, slots=True)
class Kind:
    """`reason` says by what it was told, for people. A bounce may lack `failures` where the server names no address."""

    name: KindName
    reason: str
    failures: tuple[Failure, ...] = ()
    complaint: Complaint | None = None


_ANSWERED = re.compile(r"\s*auto-(?:replied|generated|notified)", re.IGNORECASE)
_SUPPRESSED = re.compile(r"\b(?:all|oof|autoreply)\b", re.IGNORECASE)
_BULK = re.compile(r"\s*(?:bulk|junk|list)\b", re.IGNORECASE)
_SERVER = re.compile(r"(?:mailer-?daemon|mail-?daemon|postmaster|mdaemon|mail-delivery-subsystem)@")
_ANSWERING_HEADERS = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-auto-reply",
    "x-autoreply-from",
    "x-mail-autoreply",
)


def judge(read: ReadMail, own_addresses: Collection[str], own_domains: Collection[str] = ()) -> Kind:
    """`own_addresses` are those we receive and send mail at; `own_domains` those that end the Message-IDs we make, and no one else's."""
    own = {address.lower() for address in own_addresses}
    return (
        _by_report(read, own) or _by_loop(read, own, own_domains) or _by_machine(read) or _by_list(read, own) or _PERSON
    )


_PERSON = Kind(KindName.PERSON, "Nothing says that a machine wrote it.")


def _by_report(read: ReadMail, own: Collection[str]) -> Kind | None:
    complaint = find_complaint(read)
    if complaint is not None:
        return Kind(KindName.COMPLAINT, f"A provider reports it as {complaint.what} (RFC 5965).", complaint=complaint)
    if is_read_receipt(read):
        return Kind(KindName.AUTOMATIC, "It says that a mail was opened (RFC 8098).")
    returned = _is_returned(read)
    if not returned and not has_report(read):
        return None
    failures = find_failures(read, own)
    if has_report(read) and not failures:
        return Kind(KindName.AUTOMATIC, "A server reports that a mail arrived (RFC 3464).")
    return Kind(KindName.BOUNCE, returned or "A server reports that a mail was not delivered (RFC 3464).", failures)


def _is_returned(read: ReadMail) -> str:
    """Why it looks returned, or nothing. The subject alone is no proof: people forward what came back to them."""
    if read.header("x-failed-recipients"):
        return "Its server names the addresses that failed (X-Failed-Recipients)."
    is_server = bool(_SERVER.match(read.from_address)) or read.header("return-path").strip() == "<>"
    if is_server and RETURNED.match(read.full_subject):
        return "It comes from a mail server and its subject says that it is returned."
    return ""


def _by_loop(read: ReadMail, own: Collection[str], own_domains: Collection[str]) -> Kind | None:
    domains = {domain.lower() for domain in own_domains}
    if read.from_address in own:
        return Kind(KindName.LOOP, "It comes from one of our own addresses.")
    if read.message_id.rsplit("@", 1)[-1].rstrip(">").lower() in domains:
        return Kind(KindName.LOOP, "It bears a Message-ID that we made.")
    if any(value.strip("<> ").lower() in {*own, *domains} for value in read.headers.get("x-loop", ())):
        return Kind(KindName.LOOP, "It was with us before (X-Loop).")
    return None


def _by_machine(read: ReadMail) -> Kind | None:
    reason = ""
    if _ANSWERED.match(read.header("auto-submitted")):
        reason = "It says that a machine sent it (Auto-Submitted)."
    elif (
        any(read.header(name) for name in _ANSWERING_HEADERS)
        or read.header("precedence").strip().lower() == "auto_reply"
    ):
        reason = "It says that it is an automatic answer."
    elif _SUPPRESSED.search(read.header("x-auto-response-suppress")):
        reason = "It wants no automatic answer (X-Auto-Response-Suppress)."
    elif read.header("return-path").strip() == "<>" or _SERVER.match(read.from_address):
        reason = "It comes from a mail server."
    elif OUT_OF_OFFICE.match(read.full_subject):
        reason = "Its subject says that somebody is away or that it is an automatic answer."
    return Kind(KindName.AUTOMATIC, reason) if reason else None


def _by_list(read: ReadMail, own: Collection[str]) -> Kind | None:
    """A list that hands out mail to our own address (a group behind support@) is how people reach us."""
    named = {
        read.header("list-id").rpartition("<")[2].strip("> ").lower(),
        read.header("list-post").strip("<> ").lower(),
    }
    if named & {form for address in own for form in (address.replace("@", "."), f"mailto:{address}")}:
        return None
    if read.header("list-id") or read.header("list-unsubscribe"):
        return Kind(KindName.BULK, "It went to a mailing list.")
    if _BULK.match(read.header("precedence")):
        return Kind(KindName.BULK, "It says that it is bulk mail (Precedence).")
    return None
