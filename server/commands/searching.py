"""The search index from the command line."""

from typing import Annotated

import typer

from kb.core.settings import Settings
from kb.search.documents import count_documents
from kb.search.indexing import reindex
from server.building import build_ways
from server.commands.output import print_json, print_line, progress_bar
from server.commands.surroundings import Data, database_at_hand, run_with_database

app = typer.Typer(help="The search index.", no_args_is_help=True)


@app.callback()
def searching() -> None:
    """Keep `search` a group even while it holds one command."""


@app.command("reindex")
def reindex_search(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False, data: Data = None
) -> None:
    """Build the search index anew beside the one in use, then swap them; searching goes on meanwhile.

    Example: answerloop search reindex --json
    """
    with database_at_hand(data) as settings:
        index, count = run_with_database(settings, _reindex(settings))
    if as_json:
        print_json({"index": index, "documents": count})
    else:
        print_line(f"{index} holds {count:,} documents.")


async def _reindex(settings: Settings) -> tuple[str, int]:
    index = build_ways(settings).index
    try:
        name = await index.ping()
        with progress_bar() as bar:
            task = bar.add_task("Indexing", total=await count_documents())
            count = await reindex(index, on_progress=lambda done: bar.advance(task, done))
        return name, count
    finally:
        await index.close()
