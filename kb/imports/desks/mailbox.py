"""The mail of a support address, out of an mbox: each thread a ticket, replies without what they quote."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self
from uuid import UUID

from kb.core.errors import Invalid
from kb.imports.desks.conversations import Attached, Conversation, Link, Turn
from kb.imports.desks.mail_threads import Threads
from kb.imports.desks.spool import Spool
from kb.imports.loose_values import Loose, moment_of, rows_of, storable, text_of
from kb.imports.mbox import iterate_mbox, read_again
from kb.imports.running import Read
from kb.mail.kinds import KindName, judge
from kb.mail.reading import ReadMail, Unreadable, read_message
from kb.mail.writing_up import fill_places, write_up
from kb.people.importing import ImportedAccount, ImportedPerson
from kb.people.rules import email_error

STILL_OPEN = timedelta(days=30)
"""A thread whose last word is the customer's and younger than this waits for an answer. What is older nobody waits for: it is history."""

UNDATED = 4_102_444_800.0
"""In 2100: a mail without a date stands last in its thread."""

MOST_FILES = 20
"""Of one mail."""

_BY_MACHINES = {
    KindName.AUTOMATIC: "answers of machines",
    KindName.BOUNCE: "returned mail",
    KindName.COMPLAINT: "complaints of providers",
}


@dataclass(frozen=True, slots=True)
class Staff:
    """Whose mail is an agent's: these addresses, and all of these domains, in small letters."""

    addresses: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()

    def has(self, address: str) -> bool:
        """Whether the address is an agent's or the desk's own."""
        return address in self.addresses or address.rpartition("@")[2] in self.domains


class Mailbox:
    """A `Desk` of mails at a path: an mbox, or a folder of .eml files. Used in a `with`, which clears away what it spooled."""

    def __init__(self, path: Path, staff: Staff) -> None:
        self._path, self._staff = path, staff
        self._spool = Spool()
        self._threads = Threads()
        self._names: dict[str, str] = {}
        self._began = datetime.fromtimestamp(0, UTC)
        self.passed_over: Counter[str] = Counter()
        self.links: list[Link] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self._spool.close()

    def documents(self) -> Iterator[Read[str]]:
        """Every mail, read and trimmed as it passes by."""
        for line, raw in enumerate(iterate_mbox(self._path), 1):
            try:
                refusal = raw.refusal or self._take(raw.place, read_message(raw.content))
            except Unreadable as unreadable:
                refusal = unreadable.reason
            yield Read(line, refusal=f"mail at {raw.place}: {refusal}") if refusal else Read(line, raw.place)

    def _take(self, place: str, mail: ReadMail) -> str:
        kind = judge(mail, ()).name
        if kind in _BY_MACHINES:
            self.passed_over[_BY_MACHINES[kind]] += 1
            return ""
        if email_error(mail.from_address):
            return "it does not say who sent it"
        if mail.from_name:
            self._names.setdefault(mail.from_address, storable(mail.from_name))
        written = write_up(mail, trims=False)
        text = storable(fill_places(written.text, {n: one.name for n, one in enumerate(mail.attachments)}))
        files = [(n, one.name) for n, one in enumerate(mail.attachments) if n not in written.elsewhere]
        if not text.strip() and not files:
            return "nothing is said in it"
        self._threads.join(mail.message_id, [*mail.references, *filter(None, [mail.in_reply_to])])
        moment = mail.sent_at.timestamp() if mail.sent_at else UNDATED
        told = {
            "id": mail.message_id, "from": mail.from_address, "to": [*mail.to, *mail.cc],
            "subject": storable(mail.subject), "moment": moment, "text": text, "first": next(iter(mail.references), mail.in_reply_to),
            "files": [{"name": storable(name), "place": f"mail:{n}:{place}"} for n, name in files[:MOST_FILES]],
            "is_bulk": kind is KindName.BULK,
        }  # fmt: skip
        self._spool.put("mail", mail.message_id, told, moment=moment)
        return ""

    def accounts(self, _began: datetime) -> Iterator[ImportedAccount]:
        """None: a domain is no company."""
        return iter(())

    def people(self, _accounts: dict[str, UUID], began: datetime) -> Iterator[Read[ImportedPerson]]:
        """Nobody but those who wrote: they come with their tickets. Here the mails are put in their threads, now that all are read."""
        self._began = began
        self._spool.adopt("mail", self._threads.of)
        return iter(())

    def conversations(self) -> Iterator[Read[Conversation]]:
        """Threads with a customer in them."""
        line = 0
        for thread in self._spool.parents("mail"):
            mails = self._spool.children("mail", thread)
            if all(mail["is_bulk"] for mail in mails):
                self.passed_over["newsletters and lists"] += len(mails)
                continue
            asker = self._asker(mails)
            if asker is None:
                self.passed_over["mail among agents"] += len(mails)
                continue
            line += 1
            yield Read(line, self._conversation(mails, asker))

    def missing(self) -> Iterator[Read[Any]]:
        """Nothing: most threads name mails that somebody deleted long ago."""
        return iter(())

    def read_file(self, place: str) -> bytes:
        """An attachment, by the number it has in its mail."""
        _, number, mail_place = place.split(":", 2)
        try:
            mail = read_message(read_again(self._path, mail_place))
            return mail.attachments[int(number)].content
        except (Unreadable, IndexError) as error:
            raise Invalid("It is not in the source.") from error

    def _asker(self, mails: list[Loose]) -> ImportedPerson | None:
        """Who wrote first without being an agent, else whom an agent wrote to."""
        for mail in mails:
            if not self._staff.has(mail["from"]):
                return self._person(mail["from"], mail)
        others = (to for mail in mails for to in mail["to"] if not self._staff.has(to) and not email_error(to))
        address = next(others, "")
        return self._person(address, mails[0]) if address else None

    def _person(self, address: str, mail: Loose) -> ImportedPerson:
        name = self._names.get(address) or address.partition("@")[0]
        return ImportedPerson(address, name, self._moment(mail), address)

    def _conversation(self, mails: list[Loose], asker: ImportedPerson) -> Conversation:
        turns = tuple(self._turn(mail) for mail in mails)
        last, opening = turns[-1], mails[0]
        waits = last.kind == "customer" and last.created_at > self._began - STILL_OPEN
        agent = next((turn.author.email for turn in reversed(turns) if turn.kind == "agent"), None)
        return Conversation(
            source_id=(text_of(opening, "first") or opening["id"])[:400],
            subject=opening["subject"] or turns[0].text[:120],
            state="open" if waits else "solved",
            requester=asker,
            turns=turns,
            assignee=agent or "",
        )

    def _turn(self, mail: Loose) -> Turn:
        files = tuple(Attached(text_of(one, "name") or "file", text_of(one, "place")) for one in rows_of(mail["files"]))
        return Turn(
            self._person(mail["from"], mail),
            "agent" if self._staff.has(mail["from"]) else "customer",
            mail["text"] if mail["text"].strip() else "\n".join(file.name for file in files),
            self._moment(mail),
            attached=files,
        )

    def _moment(self, mail: Loose) -> datetime:
        """A mail without a date, and one from the future, are of now."""
        return min(moment_of(mail, "moment") or self._began, self._began)
