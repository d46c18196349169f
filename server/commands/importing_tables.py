"""Bringing in tickets from tables."""

from dataclasses import asdict, fields
from pathlib import Path
from typing import Annotated

import typer

from kb.core.actor import SYSTEM
from kb.core.errors import Invalid
from kb.imports.tickets import Columns, import_tickets, rows_of
from server.commands.import_reports import AsJson, report
from server.commands.output import progress_bar, told
from server.commands.surroundings import Data, database_at_hand, run_with_database

HOLDS = [field.name for field in fields(Columns)]

Source = Annotated[str, typer.Option(help="Name the rows are kept under; default: the file's name.")]
Encoding = Annotated[str, typer.Option(help="Encoding of the file; default: as the file tells.")]
Body = Annotated[str, typer.Option(help="Column with the request's text.")]
Subject = Annotated[str, typer.Option(help="Column with the subject; without one the text's opening serves.")]
Id = Annotated[str, typer.Option("--id", help="Column that names a ticket; without one a row's content does.")]
Requester = Annotated[str, typer.Option(help="Column with the customer's name.")]
Email = Annotated[str, typer.Option(help="Column with the customer's e-mail address.")]
Reply = Annotated[
    str, typer.Option(help="Column with the agent's reply; without a state such tickets come in as solved.")
]
CreatedAt = Annotated[str, typer.Option(help="Column with the time.")]
Column = Annotated[
    list[str] | None,
    typer.Option(
        metavar="WHAT=NAME", help=f"Any other column, as in --column state=Status. What it holds: {', '.join(HOLDS)}."
    ),
]


def import_csv(  # noqa: PLR0913, PLR0917 - one option a column
    path: Annotated[
        Path, typer.Argument(metavar="FILE", help="A .csv or .tsv file whose first row names the columns.")
    ],
    body: Body = "",
    subject: Subject = "",
    id_column: Id = "",
    requester: Requester = "",
    email: Email = "",
    reply: Reply = "",
    created_at: CreatedAt = "",
    column: Column = None,
    source: Source = "",
    encoding: Encoding = "",
    delimiter: Annotated[str, typer.Option(help="What parts the fields; default: as the file tells.")] = "",
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Import tickets from a CSV file: a row a ticket, or with an id and a role or author several rows a ticket.

    Which column is which its header tells, in many spellings and languages; options say it where it does not. A column may hold
    a whole conversation, as a JSON list of messages or as lines that begin with who speaks.

    Example: answerloop import csv tickets.csv --body question --reply answer --email customer_email
    """
    columns = _columns(Columns(body, subject, id_column, requester, email, reply, created_at), column)
    _import_table(path, columns, source=source, encoding=encoding, delimiter=delimiter, as_json=as_json, data=data)


def import_jsonl(  # noqa: PLR0913, PLR0917 - one option a column
    path: Annotated[Path, typer.Argument(metavar="FILE", help="One JSON object a line.")],
    body: Body = "",
    subject: Subject = "",
    id_column: Id = "",
    requester: Requester = "",
    email: Email = "",
    reply: Reply = "",
    created_at: CreatedAt = "",
    column: Column = None,
    source: Source = "",
    encoding: Encoding = "",
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Import tickets from a JSONL file; its keys are read as the columns of a CSV file are.

    Example: answerloop import jsonl tickets.jsonl --body text --id ticket_id
    """
    columns = _columns(Columns(body, subject, id_column, requester, email, reply, created_at), column)
    _import_table(path, columns, source=source, encoding=encoding, delimiter="", as_json=as_json, data=data)


def _columns(named: Columns, more: list[str] | None) -> Columns:
    given = dict(one.partition("=")[::2] for one in more or ())
    for what, name in given.items():
        if what not in HOLDS or not name:
            raise Invalid(f"--column {what}={name} says nothing.", {"--column": f"WHAT=NAME, of: {', '.join(HOLDS)}"})
    return Columns(**(asdict(named) | given))


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
            on_columns=_tell_columns,
            on_progress=lambda more: bar.update(task, advance=more),
        )
        counts = run_with_database(settings, work)
        bar.update(task, total=counts.rows, completed=counts.rows)
    report({"tickets": counts}, as_json=as_json)


def _tell_columns(columns: Columns) -> None:
    chosen = ", ".join(f"{what}: {name}" for what, name in asdict(columns).items() if name)
    told.print(f"columns: {chosen}", markup=False)
