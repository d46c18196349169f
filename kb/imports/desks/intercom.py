"""An Intercom, as its API's answers tell it."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Self
from urllib.parse import unquote, urlsplit
from uuid import UUID

from kb.imports.desks.conversations import Attached, Conversation, Kind, Link, Satisfaction, State, Turn
from kb.imports.desks.intercom_shapes import TAKEN, count_told, records_in
from kb.imports.desks.source_files import SourceFiles
from kb.imports.desks.spool import Spool
from kb.imports.json_documents import Document, read_documents
from kb.imports.loose_values import Loose, moment_of, name_of, row_of, rows_of, text_of
from kb.imports.running import Read
from kb.people.importing import ImportedAccount, ImportedPerson
from kb.people.rules import email_error
from kb.text.plain import looks_like_html, plain_from_html

GOOD_FROM = 4
"""Of five: what Intercom itself counts as positive."""

STATES: dict[str, State] = {"closed": "solved", "snoozed": "pending"}

STAFF = {"admin", "bot", "teammate"}


class Intercom:
    """A `Desk` of documents at a path: a folder, zip, .json or .jsonl file. Used in a `with`, which clears away what it spooled."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._spool = Spool()
        self._files = SourceFiles(path)
        self._accounts: dict[str, UUID] = {}
        self._began = datetime.fromtimestamp(0, UTC)
        self._told: dict[str, int] = {}
        self.passed_over: Counter[str] = Counter()
        self.links: list[Link] = []
        self.read_file = self._files.read

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self._spool.close()

    def documents(self) -> Iterator[Read[Document]]:
        """Every document, gathered as it passes by."""
        for line, document in enumerate(read_documents(self._path), 1):
            refusal = document.refusal or self._take(document)
            yield Read(line, refusal=f"{document.place}: {refusal}") if refusal else Read(line, document)

    def _take(self, document: Document) -> str:
        found = list(records_in(document.value))
        for one in found:
            if one.kind in TAKEN and one.id:
                self._spool.put(one.kind, one.id, one.value, moment=one.moment)
            elif self._spool.put(f"not taken: {one.kind}", one.id, {}):
                self.passed_over[one.kind] += 1
        kind, told = count_told(document.value)
        self._told[kind] = max(told, self._told.get(kind, 0))
        is_empty = any(isinstance(value, list) and not value for value in row_of(document.value).values())
        return "" if found or is_empty else "nothing known is in it"

    def accounts(self, began: datetime) -> Iterator[ImportedAccount]:
        """Companies. `company_id` is the customer's own id for one."""
        for id_, row in self._spool.records("company"):
            if name := text_of(row, "name"):
                created = moment_of(row, "remote_created_at", "created_at") or began
                yield ImportedAccount(id_, name, created, name_of(row, "company_id"))

    def people(self, accounts: dict[str, UUID], began: datetime) -> Iterator[Read[ImportedPerson]]:
        """Contacts and admins."""
        self._accounts, self._began = accounts, began
        line = 0
        for kind in ("contact", "admin"):
            for id_, _ in self._spool.records(kind):
                line += 1
                yield Read(line, self._person(kind, id_))

    def conversations(self) -> Iterator[Read[Conversation]]:
        """Conversations in which something was said."""
        for line, (id_, row) in enumerate(self._spool.records("conversation"), 1):
            opening = row_of(row.get("source") or row.get("conversation_message"))
            parts = rows_of(row_of(row.get("conversation_parts")).get("conversation_parts"))
            opened = moment_of(row, "created_at") or self._began
            turns = [turn for part in (opening, *parts) if (turn := self._turn(part, opened))]
            if turns:
                yield Read(line, self._conversation(id_, row, sorted(turns, key=lambda turn: turn.created_at)))
            else:
                yield Read(line, refusal=f"conversation {id_}: nothing is said in it")

    def missing(self) -> Iterator[Read[Document]]:
        """Lists of which there is more than lies here."""
        for line, (kind, told) in enumerate(self._told.items(), 1):
            if kind in TAKEN and (here := self._spool.count(kind)) < told:
                yield Read(line, refusal=f"{here:,} of {told:,} objects of the kind {kind} are in the documents")

    def _conversation(self, id_: str, row: Loose, turns: list[Turn]) -> Conversation:
        asker = self._asker(row, turns)
        text = plain_from_html(turns[0].text) if turns[0].is_html else turns[0].text
        tags = rows_of(row_of(row.get("tags")).get("tags"))
        is_open = row.get("open") is not False
        return Conversation(
            source_id=id_,
            subject=plain_from_html(text_of(row, "title") or text_of(row_of(row.get("source")), "subject"))
            or text[:120],
            state=STATES.get(text_of(row, "state"), "open" if is_open else "solved"),
            requester=asker,
            turns=tuple(turns),
            priority="high" if text_of(row, "priority") == "priority" else "normal",
            tags=tuple(text_of(tag, "name") for tag in tags if text_of(tag, "name")),
            assignee=self._address(row),
            satisfaction=self._satisfaction(row),
        )

    def _turn(self, part: Loose, opened: datetime) -> Turn | None:
        """A part in which somebody says something; that it was assigned or closed is none."""
        body = text_of(part, "body")
        files = tuple(self._attached(part))
        text = body or "\n".join(file.name for file in files)
        author = row_of(part.get("author"))
        if not text or not name_of(author, "id"):
            return None
        kind: Kind = "agent" if text_of(author, "type") in STAFF else "customer"
        return Turn(
            self._person("admin" if kind == "agent" else "contact", name_of(author, "id")),
            "note" if text_of(part, "part_type") == "note" else kind,
            text,
            moment_of(part, "created_at") or opened,
            is_html=looks_like_html(body),
            attached=files,
        )

    def _attached(self, part: Loose) -> Iterator[Attached]:
        for file in rows_of(part.get("attachments")):
            address = text_of(file, "url")
            name = text_of(file, "name") or unquote(urlsplit(address).path.rpartition("/")[2]) or "file"
            place = self._files.find(name_of(file, "id"), name) or address
            if place:
                yield Attached(name, place)

    def _asker(self, row: Loose, turns: list[Turn]) -> ImportedPerson:
        """The contact it is with; it may be an admin who spoke first."""
        contacts = rows_of(row_of(row.get("contacts")).get("contacts")) or [
            row_of(row.get("user") or row.get("contact"))
        ]
        known = next((name_of(one, "id") for one in contacts if name_of(one, "id")), "")
        if known:
            return self._person("contact", known)
        return next((turn.author for turn in turns if turn.kind == "customer"), turns[0].author)

    def _person(self, kind: str, id_: str) -> ImportedPerson:
        row = self._spool.find(kind, id_)
        email = text_of(row, "email").lower()
        companies = row_of(row.get("companies"))
        company = next((name_of(one, "id") for one in rows_of(companies.get("data") or companies.get("companies"))), "")
        return ImportedPerson(
            f"{kind}:{id_}",
            text_of(row, "name", "pseudonym") or ("An agent" if kind == "admin" else "A customer"),
            moment_of(row, "signed_up_at", "created_at") or self._began,
            None if not email or email_error(email) else email,
            self._accounts.get(company),
        )

    def _address(self, row: Loose) -> str:
        admin = name_of(row, "admin_assignee_id") or name_of(row_of(row.get("assignee")), "id")
        return self._person("admin", admin).email or "" if admin else ""

    def _satisfaction(self, row: Loose) -> Satisfaction | None:
        told = row_of(row.get("conversation_rating"))
        rating = told.get("rating")
        if not isinstance(rating, int) or isinstance(rating, bool) or not 1 <= rating <= 5:
            return None
        moment = moment_of(told, "created_at") or moment_of(row, "updated_at") or self._began
        return Satisfaction("good" if rating >= GOOD_FROM else "bad", text_of(told, "remark"), moment)
