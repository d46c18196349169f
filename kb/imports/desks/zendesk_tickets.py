"""Gathered records of a Zendesk become conversations."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

from kb.imports.desks.conversations import Attached, Conversation, Kind, Link, Priority, Satisfaction, State, Turn
from kb.imports.desks.source_files import SourceFiles
from kb.imports.desks.spool import Spool
from kb.imports.loose_values import Loose, id_of, moment_of, row_of, rows_of, text_of
from kb.imports.running import Read
from kb.people.importing import ImportedAccount, ImportedPerson
from kb.people.rules import email_error

STATES: dict[str, State] = {"pending": "pending", "solved": "solved", "closed": "solved"}
"""All others are our turn: new, open, and hold, where an agent waits for somebody else than the customer."""

PRIORITIES: dict[str, Priority] = {"low": "low", "high": "high", "urgent": "urgent"}
STAFF = {"agent", "admin"}

MOST_AT_HAND = 20_000

OPENS_WITHIN = timedelta(seconds=10)
"""Of a ticket's creation its first comment is written; one that is later has another before it, which the description holds."""

_MERGED_INTO = re.compile(r"merged into request #(\d{1,18})\b", re.IGNORECASE)


class ZendeskTickets:
    """What the spool holds, as accounts, people, conversations and links; these are complete once all conversations were read."""

    def __init__(self, spool: Spool, files: SourceFiles) -> None:
        self._spool, self._files = spool, files
        self._accounts: dict[str, UUID] = {}
        self._began = datetime.fromtimestamp(0, UTC)
        self._fields: dict[str, str] = {}
        self._at_hand: dict[str, tuple[ImportedPerson, str]] = {}
        self.links: list[Link] = []

    def accounts(self, began: datetime) -> Iterator[ImportedAccount]:
        """Organisations that have a name."""
        for id_, row in self._spool.records("organization"):
            if name := text_of(row, "name"):
                created = moment_of(row, "created_at") or began
                yield ImportedAccount(id_, name, created, text_of(row, "external_id"))

    def people(self, accounts: dict[str, UUID], began: datetime) -> Iterator[Read[ImportedPerson]]:
        """Everybody the documents name, whether they asked or not."""
        self._accounts, self._began = accounts, began
        self._at_hand.clear()
        for line, (id_, _) in enumerate(self._spool.records("user"), 1):
            yield Read(line, self.person(id_))

    def person(self, id_: str) -> ImportedPerson:
        """Known by id; of somebody in no document the id is all there is."""
        return self._known(id_)[0]

    def _known(self, id_: str) -> tuple[ImportedPerson, str]:
        """The person, and their role there. Agents come again and again, so the last ones asked for are kept at hand."""
        if id_ not in self._at_hand:
            if len(self._at_hand) >= MOST_AT_HAND:
                self._at_hand.clear()
            row = self._spool.find("user", id_)
            self._at_hand[id_] = (self._read_person(id_, row), text_of(row, "role"))
        return self._at_hand[id_]

    def _read_person(self, id_: str, row: Loose) -> ImportedPerson:
        email = text_of(row, "email").lower()
        return ImportedPerson(
            id_,
            text_of(row, "name") or f"Customer {id_}",
            moment_of(row, "created_at") or self._began,
            None if not email or email_error(email) else email,
            self._accounts.get(id_of(row, "organization_id")),
        )

    def conversations(self, passed_over: Counter[str]) -> Iterator[Read[Conversation]]:
        """Tickets with their comments, in the order of their numbers; deleted ones are counted among what is passed over."""
        self._fields = {id_: text_of(row, "title", "raw_title") for id_, row in self._spool.records("field")}
        line = 0
        for id_, row in self._spool.records("ticket"):
            if text_of(row, "status") == "deleted":
                passed_over["deleted tickets"] += 1
                continue
            line += 1
            comments = self._spool.children("comment", id_)
            self._note_links(id_, row, comments)
            turns = tuple(self._turns(id_, row, comments))
            if not turns:
                yield Read(line, refusal=f"ticket {id_}: no text of it is in any document")
                continue
            yield Read(line, self._conversation(id_, row, turns))

    def _conversation(self, id_: str, row: Loose, turns: tuple[Turn, ...]) -> Conversation:
        # Where the first word is private, the requester has never seen the ticket: it is its writer's.
        asker = turns[0].author if turns[0].kind == "note" else self.person(_requester(row))
        metric = next(iter(self._spool.children("metric", id_)), {})
        return Conversation(
            source_id=id_,
            subject=text_of(row, "subject", "raw_subject") or turns[0].text[:120],
            state=STATES.get(text_of(row, "status").lower(), "open"),
            requester=asker,
            turns=turns,
            priority=PRIORITIES.get(text_of(row, "priority").lower(), "normal"),
            tags=_words(row.get("tags")),
            assignee=self.person(id_of(row, "assignee_id")).email or "",
            satisfaction=self._satisfaction(id_, row),
            solved_at=moment_of(metric, "solved_at") or moment_of(row, "solved_at"),
        )

    def _turns(self, id_: str, row: Loose, comments: list[Loose]) -> Iterator[Turn]:
        opened = moment_of(row, "created_at") or self._began
        description = text_of(row, "description")
        told = [turn for comment in comments if (turn := self._turn(row, comment, opened))]
        is_told = told and (told[0].created_at <= opened + OPENS_WITHIN or _same(told[0].text, description))
        if not is_told and (opening := description or ("" if told else text_of(row, "subject"))):
            kind: Kind = "note" if row.get("is_public") is False else "customer"
            yield Turn(self.person(_requester(row)), kind, opening, opened)
        yield from told
        if values := self._field_values(row):
            desk = ImportedPerson("desk", "The desk it came from", self._began)
            yield Turn(desk, "note", values, told[-1].created_at if told else opened)

    def _turn(self, ticket: Loose, comment: Loose, opened: datetime) -> Turn | None:
        body, html = text_of(comment, "body", "plain_body"), text_of(comment, "html_body")
        files = tuple(self._attached(comment))
        text = body or html or "\n".join(file.name for file in files)
        if not text:
            return None
        author = id_of(comment, "author_id") or _requester(ticket)
        moment = moment_of(comment, "created_at", "timestamp") or opened
        kind = self._kind(ticket, comment, author)
        return Turn(self.person(author), kind, text, moment, is_html=not body and bool(html), attached=files)

    def _attached(self, comment: Loose) -> Iterator[Attached]:
        for file in rows_of(comment.get("attachments")):
            name = text_of(file, "file_name") or "file"
            place = self._files.find(id_of(file, "id"), name) or text_of(file, "content_url", "mapped_content_url")
            if place:
                yield Attached(name, place)

    def _kind(self, ticket: Loose, comment: Loose, author: str) -> Kind:
        """Whoever is nowhere described and is neither the requester nor in copy works there."""
        if comment.get("public") is False:
            return "note"
        _, role = self._known(author)
        copied = {str(one) for one in ticket.get("collaborator_ids") or () if isinstance(one, int)}
        if author == _requester(ticket) or (author in copied and role not in STAFF):
            return "customer"
        return "agent" if role in STAFF or not role else "customer"

    def _satisfaction(self, id_: str, row: Loose) -> Satisfaction | None:
        for rating in (*reversed(self._spool.children("rating", id_)), row_of(row.get("satisfaction_rating"))):
            score = text_of(rating, "score").lower()
            moment = moment_of(rating, "created_at", "updated_at") or moment_of(row, "updated_at") or self._began
            if score.startswith("good"):
                return Satisfaction("good", text_of(rating, "comment"), moment)
            if score.startswith("bad"):
                return Satisfaction("bad", text_of(rating, "comment"), moment)
        return None

    def _field_values(self, row: Loose) -> str:
        """What agents and forms filled in, as a note."""
        lines = []
        for field in rows_of(row.get("custom_fields")):
            title, value = self._fields.get(id_of(field, "id"), ""), field.get("value")
            if title and isinstance(value, str | int | float) and not isinstance(value, bool) and str(value).strip():
                lines.append(f"{title}: {text_of({'value': str(value)}, 'value')}")
        return "\n".join(lines)

    def _note_links(self, id_: str, row: Loose, comments: list[Loose]) -> None:
        if problem := id_of(row, "problem_id"):
            self.links.append(Link(id_, problem))
        for comment in comments:
            source = row_of(row_of(comment.get("via")).get("source"))
            if text_of(source, "rel") == "merge":
                told = row_of(source.get("from"))
                merged = [id_of(told, "ticket_id"), *(str(one) for one in told.get("ticket_ids") or ())]
                self.links += [Link(one, id_) for one in merged if one and one != id_]
        if "closed_by_merge" in _words(row.get("tags")) and comments:
            found = _MERGED_INTO.search(text_of(comments[-1], "body", "plain_body", "html_body"))
            self.links += [Link(id_, found[1])] if found and found[1] != id_ else []


def _requester(ticket: Loose) -> str:
    return id_of(ticket, "requester_id", "submitter_id") or "unknown"


def _words(value: object) -> tuple[str, ...]:
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def _same(one: str, other: str) -> bool:
    return one.split() == other.split()
