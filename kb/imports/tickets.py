"""Tickets from a table: each row a request, perhaps with its reply. Which column is what is the caller's to say."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.errors import Invalid
from kb.imports.desks.conversations import Conversation, Turn
from kb.imports.desks.storing import DeskStore
from kb.imports.running import Counts, OnProgress, Read, begin_run, finish_run, run_stage
from kb.imports.table_rows import Row, read_csv_rows, read_jsonl_rows
from kb.people.importing import ImportedPerson
from kb.text.excerpts import excerpt

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


async def import_tickets(
    actor: Actor, rows: Iterable[Read[Row]], *, source: str, columns: Columns, on_progress: OnProgress = lambda _: None
) -> Counts:
    """Import the rows under the name `source`. Raises `Invalid` when the body column is not in the table."""
    run = await begin_run(actor, kind="tickets", source=source)
    with DeskStore(source) as store:
        table = _read(rows, columns, source=source, started=now())
        counts = await run_stage(run, "tickets", table, store.tickets, on_progress, prepare=store.prepare)
    await finish_run(run)
    return counts


def rows_of(path: Path, *, encoding: str = "utf-8-sig", delimiter: str = "") -> Iterator[Read[Row]]:
    """The rows of a .jsonl, .tsv or .csv file, told apart by their ending."""
    if path.suffix == ".jsonl":
        return read_jsonl_rows(path, encoding=encoding)
    return read_csv_rows(path, encoding=encoding, delimiter=delimiter or ("\t" if path.suffix == ".tsv" else ","))


def _read(
    rows: Iterable[Read[Row]], columns: Columns, *, source: str, started: datetime
) -> Iterator[Read[Conversation]]:
    seen: dict[str, int] = {}
    desk = ImportedPerson("desk", f"Support desk of {source}", started)
    for row in rows:
        if row.record is None:
            yield Read(row.line, refusal=row.refusal)
            continue
        _check_columns(row.record, columns)
        try:
            yield Read(row.line, _conversation(row.record, columns, seen, desk))
        except ValueError as error:
            yield Read(row.line, refusal=str(error))


def _check_columns(row: Row, columns: Columns) -> None:
    if columns.body not in row:
        names = ", ".join(sorted(row))
        raise Invalid(f"There is no column {columns.body}.", {"--body": f"one of: {names}"})


def _conversation(row: Row, columns: Columns, seen: dict[str, int], desk: ImportedPerson) -> Conversation:
    """The table does not say who wrote the replies, so one person stands for the old desk."""
    body, reply = row[columns.body].strip(), row.get(columns.reply, "").strip()
    if not body:
        raise ValueError(f"{columns.body} is empty")
    source_id = row.get(columns.id, "").strip() or _content_id(row, seen)
    email = row.get(columns.email, "").strip().lower() or None
    who = email or row.get(columns.requester, "").strip() or f"requester of {source_id}"
    created_at = _moment(row.get(columns.created_at, ""), desk.created_at)
    name = row.get(columns.requester, "").strip() or "A customer"
    requester = ImportedPerson(who[:200], name, created_at, email)
    turns = [Turn(requester, "customer", body, created_at)]
    if reply:
        turns.append(Turn(desk, "agent", reply, created_at))
    return Conversation(
        source_id=source_id,
        subject=row.get(columns.subject, "").strip() or excerpt(body, SUBJECT_LENGTH),
        state="solved" if reply else "open",
        requester=requester,
        turns=tuple(turns),
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
