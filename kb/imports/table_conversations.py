"""Rows of a table become conversations: a row a ticket, or several rows with one id a ticket's messages."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from kb.imports.desks.conversations import Conversation, Kind, Satisfaction, Turn
from kb.imports.loose_values import storable
from kb.imports.table_rows import Row
from kb.imports.table_values import read_moment, read_priority, read_role, read_score, read_state, read_tags
from kb.imports.transcripts import Said, read_transcript
from kb.people.importing import ImportedPerson
from kb.people.rules import email_error
from kb.text.excerpts import excerpt
from kb.text.plain import looks_like_html

SUBJECT_LENGTH = 120


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of the columns, "" for those the table has not. One of `body` and `conversation` must be there.

    Without `id` a row is known by its content. With `id`, and `role` or `author`, rows of one id are messages of one ticket.
    """

    body: str = ""
    subject: str = ""
    id: str = ""
    requester: str = ""
    email: str = ""
    reply: str = ""
    created_at: str = ""
    conversation: str = ""
    author: str = ""
    role: str = ""
    assignee: str = ""
    state: str = ""
    priority: str = ""
    tags: str = ""
    solved_at: str = ""
    rating: str = ""

    @property
    def are_messages(self) -> bool:
        """Whether a row is a message and not a ticket."""
        return bool(self.id and self.body and not self.conversation and (self.role or (self.author and not self.reply)))


class TableReader:
    """Reads rows of one table. `days_first` settles dates such as 3/1/2024; `started` stands where a row has no date."""

    def __init__(self, columns: Columns, *, source: str, started: datetime, days_first: bool = False) -> None:
        self._columns, self._started, self._days_first = columns, started, days_first
        self._desk = ImportedPerson("desk", f"Support desk of {source}", started)
        self._seen: dict[str, int] = {}

    def conversation(self, row: Row) -> Conversation:
        """A row as a ticket. Raises `ValueError` with what is wrong with it."""
        source_id = self._cell(row, "id") or self._content_id(row)
        opened = self._moment(self._cell(row, "created_at"), self._started)
        requester = self._requester(row, source_id, opened)
        turns = tuple(self._turns(row, requester, opened))
        if not turns:
            raise ValueError(f"{self._columns.body or self._columns.conversation} is empty")
        return self._with_facts([row], source_id, requester, turns)

    def grouped(self, source_id: str, rows: Sequence[Row]) -> Conversation:
        """Rows of one id as a ticket, each a message; in the order of their dates where all have one. Raises `ValueError`."""
        opened = self._moment(self._cell(rows[0], "created_at"), self._started)
        opening = next((row for row in rows if self._kind(row, "") == "customer"), rows[0])
        requester = self._requester(opening, source_id, opened)
        asker = self._cell(opening, "author") or self._cell(opening, "email")
        turns = [turn for row in rows if (turn := self._row_turn(row, requester, asker, opened))]
        if not turns:
            raise ValueError(f"{self._columns.body} is empty")
        if all(self._cell(row, "created_at") for row in rows):
            turns.sort(key=lambda turn: turn.created_at)
        return self._with_facts(rows, source_id, requester, tuple(turns))

    def _turns(self, row: Row, requester: ImportedPerson, opened: datetime) -> Iterator[Turn]:
        if body := self._cell(row, "body"):
            yield self._turn("customer", requester, body, opened)
        if told := self._cell(row, "conversation"):
            names = {name.casefold() for name in (requester.name, requester.email or "") if name}
            for said in read_transcript(told, names=names):
                yield self._said(said, requester, opened)
        if reply := self._cell(row, "reply"):
            yield self._turn("agent", self._desk, reply, opened)

    def _said(self, said: Said, requester: ImportedPerson, opened: datetime) -> Turn:
        is_asker = said.author.casefold() == requester.name.casefold() or (
            said.email and said.email.lower() == requester.email
        )
        kind: Kind = said.kind or ("customer" if is_asker or not said.author else "agent")
        moment = self._moment(said.moment, opened)
        if kind == "customer":
            return self._turn(kind, requester, said.text, moment)
        return self._turn(kind, self._agent(said.author, said.email, opened), said.text, moment)

    def _row_turn(self, row: Row, requester: ImportedPerson, asker: str, opened: datetime) -> Turn | None:
        text = self._cell(row, "body")
        if not text:
            return None
        kind, moment = self._kind(row, asker), self._moment(self._cell(row, "created_at"), opened)
        name, email = self._cell(row, "author"), self._cell(row, "email")
        if kind == "customer":
            return self._turn(kind, requester, text, moment)
        return self._turn(kind, self._agent(name or email, email, opened), text, moment)

    def _kind(self, row: Row, asker: str) -> Kind:
        """By the role's word; else whoever is not the one who asked works there."""
        told = read_role(self._cell(row, "role")) if self._columns.role else None
        who = self._cell(row, "author") or self._cell(row, "email")
        return told or read_role(who) or ("customer" if not asker or who.casefold() == asker.casefold() else "agent")

    def _turn(self, kind: Kind, author: ImportedPerson, text: str, moment: datetime) -> Turn:
        return Turn(author, kind, text, moment, is_html=looks_like_html(text))

    def _requester(self, row: Row, source_id: str, opened: datetime) -> ImportedPerson:
        given = self._cell(row, "email").lower()
        email = given if given and not email_error(given) else None
        name = self._cell(row, "requester") or (self._cell(row, "author") if self._columns.are_messages else "")
        who = email or name or f"requester of {source_id}"
        return ImportedPerson(who[:200], name or "A customer", opened, email)

    def _agent(self, name: str, email: str, opened: datetime) -> ImportedPerson:
        """By name or address; where there is neither, one person stands for the old desk."""
        address = email.lower() if email and not email_error(email) else None
        if not name and not address:
            return self._desk
        return ImportedPerson(f"agent {address or name}"[:200], name or "An agent", opened, address)

    def _with_facts(
        self, rows: Sequence[Row], source_id: str, requester: ImportedPerson, turns: tuple[Turn, ...]
    ) -> Conversation:
        def told(field: str) -> str:
            return next((cell for row in reversed(rows) if (cell := self._cell(row, field))), "")

        is_answered = any(turn.kind == "agent" for turn in turns)
        unsaid = "solved" if is_answered and not self._columns.state else "open"
        solved_at = told("solved_at")
        score = read_score(told("rating"))
        return Conversation(
            source_id=source_id,
            subject=self._cell(rows[0], "subject") or excerpt(turns[0].text, SUBJECT_LENGTH),
            state=read_state(told("state") or unsaid),
            requester=requester,
            turns=turns,
            priority=read_priority(told("priority")),
            tags=read_tags(told("tags")),
            assignee=told("assignee"),
            satisfaction=Satisfaction(score, "", turns[-1].created_at) if score in {"good", "bad"} else None,  # type: ignore[arg-type]
            solved_at=self._moment(solved_at, self._started) if solved_at else None,
        )

    def _cell(self, row: Row, field: str) -> str:
        return storable(row.get(getattr(self._columns, field), "")).strip()

    def _moment(self, text: str, otherwise: datetime) -> datetime:
        return read_moment(text, days_first=self._days_first) if text.strip() else otherwise

    def _content_id(self, row: Row) -> str:
        """A row without an id is known by its content, and by its turn among rows of the same content."""
        told = "\x1f".join(f"{key}={row[key]}" for key in sorted(row))
        digest = hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:24]
        self._seen[digest] = self._seen.get(digest, 0) + 1
        return f"{digest}-{self._seen[digest]}"
