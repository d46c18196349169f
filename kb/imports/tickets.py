"""Tickets from a table: each row a request, perhaps with its reply. Which column is what is the caller's to say."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.errors import Invalid
from kb.core.unit_of_work import UnitOfWork
from kb.imports.messages import TicketsImported
from kb.imports.running import Counts, OnProgress, Read, Stored, begin_run, finish_run, run_stage
from kb.imports.table_rows import Row, read_csv_rows, read_jsonl_rows
from kb.people.importing import ImportedPerson, insert_imported_people
from kb.text.excerpts import excerpt
from kb.text.markdown import render_markdown
from kb.tickets.importing import ImportedMessage, ImportedTicket, insert_imported_tickets

SUBJECT_LENGTH = 120


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of the columns. Only `body` must be there; without `id` a row is known by its content."""

    body: str
    subject: str = ""
    id: str = ""
    requester: str = ""
    email: str = ""
    reply: str = ""
    created_at: str = ""


@dataclass(frozen=True, slots=True)
class _Ticket:
    source_id: str
    subject: str
    body: str
    reply: str
    requester: ImportedPerson
    created_at: datetime


async def import_tickets(
    actor: Actor, rows: Iterable[Read[Row]], *, source: str, columns: Columns, on_progress: OnProgress = lambda _: None
) -> Counts:
    """Import the rows under the name `source`. Raises `Invalid` when the body column is not in the table."""
    run = await begin_run(actor, kind="tickets", source=source)
    store = _Storing(source)
    counts = await run_stage(run, "tickets", _read(rows, columns, started=now()), store.tickets, on_progress)
    await finish_run(run)
    return counts


def rows_of(path: Path, *, encoding: str = "utf-8-sig", delimiter: str = "") -> Iterator[Read[Row]]:
    """The rows of a .jsonl, .tsv or .csv file, told apart by their ending."""
    if path.suffix == ".jsonl":
        return read_jsonl_rows(path, encoding=encoding)
    return read_csv_rows(path, encoding=encoding, delimiter=delimiter or ("\t" if path.suffix == ".tsv" else ","))


def _read(rows: Iterable[Read[Row]], columns: Columns, *, started: datetime) -> Iterator[Read[_Ticket]]:
    seen: dict[str, int] = {}
    for row in rows:
        if row.record is None:
            yield Read(row.line, refusal=row.refusal)
            continue
        _check_columns(row.record, columns)
        try:
            yield Read(row.line, _ticket(row.record, columns, seen, started))
        except ValueError as error:
            yield Read(row.line, refusal=str(error))


def _check_columns(row: Row, columns: Columns) -> None:
    if columns.body not in row:
        names = ", ".join(sorted(row))
        raise Invalid(f"There is no column {columns.body}.", {"--body": f"one of: {names}"})


def _ticket(row: Row, columns: Columns, seen: dict[str, int], started: datetime) -> _Ticket:
    body = row[columns.body].strip()
    if not body:
        raise ValueError(f"{columns.body} is empty")
    source_id = row.get(columns.id, "").strip() or _content_id(row, seen)
    email = row.get(columns.email, "").strip().lower() or None
    who = email or row.get(columns.requester, "").strip() or f"requester of {source_id}"
    created_at = _moment(row.get(columns.created_at, ""), started)
    return _Ticket(
        source_id=source_id,
        subject=row.get(columns.subject, "").strip()[:300] or excerpt(body, SUBJECT_LENGTH),
        body=body,
        reply=row.get(columns.reply, "").strip(),
        requester=ImportedPerson(who[:200], row.get(columns.requester, "").strip() or "A customer", created_at, email),
        created_at=created_at,
    )


def _content_id(row: Row, seen: dict[str, int]) -> str:
    """A row without an id is known by its content, and by its turn among rows of the same content."""
    digest = hashlib.sha256("\x1f".join(f"{key}={row[key]}" for key in sorted(row)).encode()).hexdigest()[:24]
    seen[digest] = seen.get(digest, 0) + 1
    return f"{digest}-{seen[digest]}"


def _moment(text: str, started: datetime) -> datetime:
    if not text.strip():
        return started
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"{text.strip()[:40]} is not a date such as 2026-03-01T12:00:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class _Storing:
    """Stores batches of tickets of one source."""

    def __init__(self, source: str) -> None:
        self._source = source

    async def tickets(self, unit: UnitOfWork, rows: Sequence[Read[_Ticket]]) -> Stored:
        """Tickets with their requesters and replies; a text that cannot be taken refuses its row."""
        people = {row.record.requester.source_id: row.record.requester for row in rows if row.record}
        ids = await insert_imported_people(unit, self._source, list(people.values()))
        desk = await self._desk(unit)
        tickets, refused = [], []
        for row in rows:
            try:
                if row.record:
                    tickets.append(_imported(row.record, ids[row.record.requester.source_id], desk))
            except Invalid as error:
                refused.append((row.line, error.message))
        new = await insert_imported_tickets(unit, source=self._source, tickets=tickets)
        if new.count:
            unit.emit(TicketsImported(list(new.customer_messages), list(new.agent_messages)))
        return Stored(new.count, refused)

    async def _desk(self, unit: UnitOfWork) -> UUID:
        """Whoever wrote the replies: the table does not say, so one person stands for the old desk."""
        desk = ImportedPerson("desk", f"Support desk of {self._source}", unit.now)
        return (await insert_imported_people(unit, self._source, [desk]))["desk"]


def _imported(ticket: _Ticket, requester: UUID, desk: UUID) -> ImportedTicket:
    messages = [_message("customer", requester, ticket.body, ticket.created_at)]
    if ticket.reply:
        messages.append(_message("agent", desk, ticket.reply, ticket.created_at))
    return ImportedTicket(ticket.source_id, ticket.subject, "solved" if ticket.reply else "open", tuple(messages))


def _message(kind: str, author: UUID, body: str, moment: datetime) -> ImportedMessage:
    rendered = render_markdown(body)
    return ImportedMessage(kind, author, body, rendered.html, rendered.renderer_version, moment)
