"""Tickets from a table. Which column is which its header tells, or whoever calls."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields, replace
from itertools import chain, islice
from pathlib import Path

from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.errors import Invalid
from kb.core.unit_of_work import UnitOfWork
from kb.imports.column_names import guess_columns
from kb.imports.desks.conversations import Conversation
from kb.imports.desks.spool import Spool
from kb.imports.desks.storing import DeskStore
from kb.imports.running import Counts, OnProgress, Read, Run, Stored, begin_run, finish_run, run_stage
from kb.imports.table_conversations import Columns, TableReader
from kb.imports.table_rows import Row, read_csv_rows, read_jsonl_rows
from kb.imports.table_sniffing import sniff_delimiter, sniff_encoding
from kb.imports.table_values import days_come_first

LOOKED_AT = 200
"""Rows that tell which columns there are and how dates are written."""

AS_THE_HEADER_TELLS = Columns()

__all__ = ["Columns", "import_tickets", "rows_of"]


async def import_tickets(
    actor: Actor,
    rows: Iterable[Read[Row]],
    *,
    source: str,
    columns: Columns = AS_THE_HEADER_TELLS,
    on_columns: Callable[[Columns], None] = lambda _: None,
    on_progress: OnProgress = lambda _: None,
) -> Counts:
    """Import the rows under the name `source`; columns that are not named are told by the header, and `on_columns` is told which.

    Raises `Invalid` where a named column is not in the table, or none is seen to hold the words.
    """
    head, all_rows = _looked_at(rows)
    columns = choose_columns(head, columns)
    on_columns(columns)
    dates = [row.get(columns.created_at, "") for row in head]
    reader = TableReader(columns, source=source, started=now(), days_first=days_come_first(dates))
    run = await begin_run(actor, kind="tickets", source=source)
    with DeskStore(source) as store:
        if columns.are_messages:
            counts = await _import_messages(run, all_rows, columns, reader, store, on_progress)
        else:
            tickets = _read(all_rows, reader)
            counts = await run_stage(run, "tickets", tickets, store.tickets, on_progress, prepare=store.prepare)
    await finish_run(run)
    return counts


def rows_of(path: Path, *, encoding: str = "", delimiter: str = "") -> Iterator[Read[Row]]:
    """The rows of a .jsonl, .tsv or .csv file, told apart by their ending. What is not named the file itself tells."""
    if not path.is_file():
        raise Invalid(f"There is no file {path}.", {"FILE": "name an existing file"})
    encoding = encoding or sniff_encoding(path)
    if path.suffix in {".jsonl", ".ndjson"}:
        return read_jsonl_rows(path, encoding=encoding)
    return read_csv_rows(path, encoding=encoding, delimiter=delimiter or sniff_delimiter(path, encoding))


def choose_columns(head: Sequence[Row], named: Columns) -> Columns:
    """The columns that were named, and the others as the header tells. Raises `Invalid` as `import_tickets` does."""
    header = list(dict.fromkeys(name for row in head for name in row))
    given = {field.name: getattr(named, field.name) for field in fields(named) if getattr(named, field.name)}
    for field, name in given.items():
        if header and name not in header:
            raise Invalid(
                f"There is no column {name}.", {f"--{field.replace('_', '-')}": f"one of: {', '.join(sorted(header))}"}
            )
    guessed = guess_columns([name for name in header if name not in given.values()])
    columns = replace(named, **{field: name for field, name in guessed.items() if field not in given})
    if header and not columns.body and not columns.conversation:
        raise Invalid(
            "No column is seen to hold the words of tickets.", {"--body": f"one of: {', '.join(sorted(header))}"}
        )
    return columns


def _looked_at(rows: Iterable[Read[Row]]) -> tuple[list[Row], Iterator[Read[Row]]]:
    iterator = iter(rows)
    first = list(islice(iterator, LOOKED_AT))
    return [row.record for row in first if row.record is not None], chain(first, iterator)


def _read(rows: Iterable[Read[Row]], reader: TableReader) -> Iterator[Read[Conversation]]:
    for row in rows:
        try:
            yield (
                Read(row.line, refusal=row.refusal)
                if row.record is None
                else Read(row.line, reader.conversation(row.record))
            )
        except ValueError as error:
            yield Read(row.line, refusal=str(error))


async def _import_messages(
    run: Run,
    rows: Iterable[Read[Row]],
    columns: Columns,
    reader: TableReader,
    store: DeskStore,
    on_progress: OnProgress,
) -> Counts:
    """Rows of one ticket may lie apart, so all are read first; the counts are of tickets, the refusals of rows and tickets."""
    spool = Spool()
    try:
        read = await run_stage(run, "rows", _spooled(rows, columns, spool), _keep_nothing, on_progress)
        tickets = _grouped(spool, reader)
        counts = await run_stage(run, "tickets", tickets, store.tickets, on_progress, prepare=store.prepare)
    finally:
        spool.close()
    counts.rejected += read.rejected
    counts.rejections = [*read.rejections, *counts.rejections][:100]
    return counts


def _spooled(rows: Iterable[Read[Row]], columns: Columns, spool: Spool) -> Iterator[Read[Row]]:
    for row in rows:
        if row.record is None:
            yield row
        elif not row.record.get(columns.id, "").strip():
            yield Read(row.line, refusal=f"{columns.id} is empty")
        else:
            spool.put(
                "row",
                str(row.line),
                {"line": row.line, "row": json.dumps(row.record)},
                parent=row.record[columns.id].strip(),
            )
            yield row


def _grouped(spool: Spool, reader: TableReader) -> Iterator[Read[Conversation]]:
    for source_id in spool.parents("row"):
        told = spool.children("row", source_id)
        line = int(told[0]["line"])
        try:
            yield Read(line, reader.grouped(source_id[:400], [json.loads(one["row"]) for one in told]))
        except ValueError as error:
            yield Read(line, refusal=f"{source_id[:80]}: {error}")


async def _keep_nothing(_unit: UnitOfWork, _rows: Sequence[object]) -> Stored:
    return Stored(0)
