"""Bringing in tickets from tables."""

from pathlib import Path
from typing import Annotated

import typer

from kb.core.actor import SYSTEM
from kb.imports.tickets import Columns, import_tickets, rows_of
from server.commands.import_reports import AsJson, report
from server.commands.migrating import Data
from server.commands.output import progress_bar
from server.commands.surroundings import database_at_hand, run_with_database

Source = Annotated[str, typer.Option(help="Name the rows are kept under; default: the file's name.")]
Encoding = Annotated[str, typer.Option(help="Encoding of the file.")]
Body = Annotated[str, typer.Option(help="Column with the request's text.")]
Subject = Annotated[str, typer.Option(help="Column with the subject; without one the text's opening serves.")]
Id = Annotated[str, typer.Option("--id", help="Column that names a row; without one its content does.")]
Requester = Annotated[str, typer.Option(help="Column with the customer's name.")]
Email = Annotated[str, typer.Option(help="Column with the customer's e-mail address.")]
Reply = Annotated[str, typer.Option(help="Column with the agent's reply; such tickets come in as solved.")]
CreatedAt = Annotated[str, typer.Option(help="Column with the time, ISO 8601.")]


def import_csv(  # noqa: PLR0913, PLR0917 - one option a column
    path: Annotated[
        Path, typer.Argument(metavar="FILE", help="A .csv or .tsv file whose first row names the columns.")
    ],
    body: Body,
    subject: Subject = "",
    id_column: Id = "",
    requester: Requester = "",
    email: Email = "",
    reply: Reply = "",
    created_at: CreatedAt = "",
    source: Source = "",
    encoding: Encoding = "utf-8-sig",
    delimiter: Annotated[str, typer.Option(help="Default: a comma, or a tab for .tsv.")] = "",
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Import tickets from a CSV file.

    Example: answerloop import csv tickets.csv --body question --reply answer --email customer_email
    """
    columns = Columns(body, subject, id_column, requester, email, reply, created_at)
    _import_table(path, columns, source=source, encoding=encoding, delimiter=delimiter, as_json=as_json, data=data)


def import_jsonl(  # noqa: PLR0913, PLR0917 - one option a column
    path: Annotated[Path, typer.Argument(metavar="FILE", help="One JSON object a line.")],
    body: Body,
    subject: Subject = "",
    id_column: Id = "",
    requester: Requester = "",
    email: Email = "",
    reply: Reply = "",
    created_at: CreatedAt = "",
    source: Source = "",
    encoding: Encoding = "utf-8-sig",
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Import tickets from a JSONL file.

    Example: answerloop import jsonl tickets.jsonl --body text --id ticket_id
    """
    columns = Columns(body, subject, id_column, requester, email, reply, created_at)
    _import_table(path, columns, source=source, encoding=encoding, delimiter="", as_json=as_json, data=data)


def _import_table(  # noqa: PLR0913 - what the two commands share
    path: Path, columns: Columns, *, source: str, encoding: str, delimiter: str, as_json: bool, data: Path | None
) -> None:
    with database_at_hand(data) as settings, progress_bar() as bar:
        task = bar.add_task(f"Importing {path.name}", total=None)
        rows = rows_of(path, encoding=encoding, delimiter=delimiter)
        work = import_tickets(
            SYSTEM,
            rows,
            source=source or path.name,
            columns=columns,
            on_progress=lambda more: bar.update(task, advance=more),
        )
        counts = run_with_database(settings, work)
        bar.update(task, total=counts.rows, completed=counts.rows)
    report({"tickets": counts}, as_json=as_json)
