"""Bringing in what was asked elsewhere."""

import itertools
from pathlib import Path
from typing import Annotated

import typer

from kb.core.actor import SYSTEM
from kb.imports.discourse import import_discourse
from kb.imports.running import Counts
from kb.imports.stackexchange import count_rows, find_posts, import_stackexchange
from kb.imports.tickets import Columns, import_tickets, rows_of
from server.commands.migrating import Data
from server.commands.output import print_json, print_line, progress_bar, told
from server.commands.surroundings import database_at_hand, run_with_database

app = typer.Typer(
    help="Bring in topics and tickets. Interrupted, an import goes on where it stopped; repeated, it doubles nothing.",
    no_args_is_help=True,
)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Source = Annotated[str, typer.Option(help="Name the rows are kept under; default: the file's name.")]
Encoding = Annotated[str, typer.Option(help="Encoding of the file.")]
Body = Annotated[str, typer.Option(help="Column with the request's text.")]
Subject = Annotated[str, typer.Option(help="Column with the subject; without one the text's opening serves.")]
Id = Annotated[str, typer.Option("--id", help="Column that names a row; without one its content does.")]
Requester = Annotated[str, typer.Option(help="Column with the customer's name.")]
Email = Annotated[str, typer.Option(help="Column with the customer's e-mail address.")]
Reply = Annotated[str, typer.Option(help="Column with the agent's reply; such tickets come in as solved.")]
CreatedAt = Annotated[str, typer.Option(help="Column with the time, ISO 8601.")]


@app.command("stackexchange")
def import_stackexchange_dump(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of an unpacked dump; Posts.xml is enough.")],
    space: Annotated[str, typer.Option(help="Space the topics go to; default: one named after the site.")] = "",
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Import a Stack Exchange data dump, full or partial.

    Example: answerloop import stackexchange dumps/coffee.stackexchange.com
    """
    find_posts(folder)
    with database_at_hand(data) as settings, progress_bar() as bar:
        task = bar.add_task(f"Importing {folder.name}", total=count_rows(folder))
        work = import_stackexchange(
            SYSTEM, folder, space_slug=space, on_progress=lambda more: bar.update(task, advance=more)
        )
        counts = run_with_database(settings, work)
        bar.update(task, completed=count_rows(folder))
    stages = {"people": counts.people, "questions": counts.questions, "answers": counts.answers}
    _report(stages, as_json=as_json, accepted=counts.accepted)


@app.command("discourse")
def import_discourse_forum(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="A folder, zip, .json or .jsonl file of documents of its API.")
    ],
    site: Annotated[str, typer.Option(help="The forum's address, for links and uploads without a host.")] = "",
    space: Annotated[str, typer.Option(help="Space for topics without a category; default: the source's name.")] = "",
    source: Annotated[str, typer.Option(help="Name the rows are kept under; default: the file's or folder's.")] = "",
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Import a Discourse forum: its categories, people, topics, posts, likes and accepted answers.

    Topic documents hold all posts (/t/ID.json, with /t/ID/posts.json for long topics); /categories.json and lists of users
    are read too. Nobody is notified.

    Example: answerloop import discourse forum.zip --site https://forum.example.com
    """
    name = source or path.resolve().stem
    with database_at_hand(data) as settings, progress_bar() as bar:
        task = bar.add_task(f"Importing {name}", total=None)
        work = import_discourse(
            SYSTEM,
            path,
            source=name,
            space_slug=space,
            site=site,
            on_progress=lambda more: bar.update(task, advance=more),
        )
        counts = run_with_database(settings, work)
        bar.update(task, total=1, completed=1)
    stages = ("documents", "people", "spaces", "topics", "posts", "missing")
    if not as_json:
        for kind, count in sorted(counts.passed_over.items()):
            told.print(f"passed over: {count} {kind}", markup=False)
    passed_over = {"passed_over": counts.passed_over} if as_json else {}
    _report(
        {stage: getattr(counts, stage) for stage in stages}, as_json=as_json, accepted=counts.accepted, **passed_over
    )


@app.command("csv")
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


@app.command("jsonl")
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
    _report({"tickets": counts}, as_json=as_json)


def _report(stages: dict[str, Counts], *, as_json: bool, **more: int | dict[str, int]) -> None:
    """Counts on standard output; refused rows with their reasons on standard error."""
    for stage, counts in stages.items():
        for line, reason in itertools.islice(counts.rejections, 20):
            told.print(f"{stage}, line {line}: {reason}", markup=False)
        if counts.rejected > 20:
            told.print(f"{stage}: {counts.rejected - 20} more rows refused; all are in the table import_rejection.")
    if as_json:
        kept = {
            stage: {
                "imported": c.imported,
                "unchanged": c.unchanged,
                "rejected": c.rejected,
                "rejections": c.rejections,
            }
            for stage, c in stages.items()
        }
        print_json({**kept, **more})
        return
    for stage, counts in stages.items():
        print_line(f"{stage:<10} {counts.imported:>7} new {counts.unchanged:>7} unchanged {counts.rejected:>7} refused")
    for name, count in more.items():
        print_line(f"{name:<10} {count!s:>7} new")
