"""Bringing in what was asked elsewhere."""

from pathlib import Path
from typing import Annotated

import typer

from kb.core.actor import SYSTEM
from kb.imports.discourse import import_discourse
from kb.imports.stackexchange import count_rows, find_posts, import_stackexchange
from server.commands import importing_desks, importing_tables
from server.commands.import_reports import AsJson, report
from server.commands.output import progress_bar
from server.commands.surroundings import Data, database_at_hand, run_with_database

app = typer.Typer(
    help="Bring in topics and tickets. Interrupted, an import goes on where it stopped; repeated, it doubles nothing.",
    no_args_is_help=True,
)


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
    report(stages, as_json=as_json, more={"accepted": counts.accepted})


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
    report(
        {stage: getattr(counts, stage) for stage in stages},
        as_json=as_json,
        more={"accepted": counts.accepted},
        passed_over=counts.passed_over,
    )


app.command("zendesk")(importing_desks.import_zendesk)
app.command("intercom")(importing_desks.import_intercom)
app.command("mbox")(importing_desks.import_mbox)
app.command("csv")(importing_tables.import_csv)
app.command("jsonl")(importing_tables.import_jsonl)
