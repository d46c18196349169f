"""`make bench`: measures on a database of its own, and prints each figure beside its budget. A missed budget is said, not hidden."""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

from kb.adapters.onnx_embedder import OnnxEmbedder
from kb.core import outbox
from kb.core.database import close_database, execute, open_database
from kb.core.logging import set_up_logging
from kb.demo.loading import load_demo
from kb.ports.embedder import Embedder
from tests.bench import (
    measuring,
    measuring_assistant,
    measuring_desk,
    measuring_help,
    measuring_imports,
    measuring_pages,
    measuring_vectors,
)
from tests.bench.corpora import grow, real_corpus
from tests.bench.figures import Figure, as_line
from tests.bench.large_desk import plant_desk
from tests.bench.large_forum import plant_forum
from tests.conftest import create_database, drop_database
from tests.support.services import ensure_postgres, models_folder
from tests.support.shared_data import FOLDER as SHARED

LARGE_FORUM = (100_000, 1_000_000)
"""Topics and posts that the budgets of pages are for."""

LARGE_DESK = 100_000
"""Tickets that the budget of imports is for, and solved ones that the desk's views are for."""

UNSOLVED = 10_000
"""Tickets that the desk's views are for."""


@asynccontextmanager
async def own_database() -> AsyncIterator[str]:
    ensure_postgres()
    name = f"bench_{os.getpid()}"
    url = await create_database(name)
    await open_database(url, pool_size=6)
    try:
        yield url
    finally:
        await close_database()
        await drop_database(name)


async def measure_suggestions(questions: int) -> list[Figure]:
    """Suggestions while typing alone: with meaning, and by words alone."""
    embedder = OnnxEmbedder(exports=models_folder(), runtime="onnx")
    async with own_database():
        await measuring.plant(embedder, questions)
        return await measuring.suggestions(embedder, questions)


async def measure_help(questions: int) -> list[Figure]:
    """Help inside a product, and the assistant, alone."""
    embedder = OnnxEmbedder(exports=models_folder(), runtime="onnx")
    async with own_database():
        await measuring.plant(embedder, questions)
        figures = await measuring_help.contextual_help(embedder, questions)
        return figures + await measuring_assistant.turns(embedder, questions)


async def measure_all(questions: int, sizes: Sequence[int]) -> list[Figure]:
    embedder = OnnxEmbedder(exports=models_folder(), runtime="onnx")
    figures = [measuring.front_end_weight(), measuring.widget_weight()]
    async with own_database() as url:
        figures.append(await measuring.embedding(embedder))
        await measuring.plant(embedder, questions)
        figures += await measuring.suggestions(embedder, questions)
        async with measuring.running_service(url) as base:
            figures.append(await measuring.topic_page(base))
            figures.append(await measuring.ingest(base))
            figures.append(await measuring.asked_to_clustered())
    figures += await measure_help(questions)
    figures += await measure_forum(*LARGE_FORUM) + await measure_imports(LARGE_DESK)
    figures += await measure_desk(UNSOLVED, LARGE_DESK)
    return figures + await measure_growth(embedder, sizes)


async def measure_forum(topics: int, posts: int) -> list[Figure]:
    """The forum's pages with that much in it."""
    async with own_database() as url:
        await plant_forum(topics, posts)
        outbox.set_publisher(None)
        await execute("update outbox_message set failed_at = now() where done_at is null")
        async with measuring.running_service(url, worker=False) as base:
            return await measuring_pages.pages_of_a_large_forum(base, f"{topics:,} topics, {posts:,} posts")


async def measure_desk(unsolved: int, solved: int) -> list[Figure]:
    """The desk's views with that many tickets."""
    async with own_database() as url:
        outbox.set_publisher(None)
        agent = await plant_desk(unsolved, solved)
        async with measuring.running_service(url, worker=False) as base:
            return await measuring_desk.views_of_a_large_desk(base, agent, f"{unsolved:,} unsolved, {solved:,} solved")


async def measure_imports(tickets: int) -> list[Figure]:
    """A desk of that size comes in; the loop reads it, and fresh questions come in between."""
    embedder = OnnxEmbedder(exports=models_folder(), runtime="onnx")
    async with own_database() as url:
        figures = [await measuring_imports.importing(tickets), await measuring_imports.reading(embedder)]
        await load_demo()
        await execute("update outbox_message set failed_at = now() where done_at is null and name <> 'ImportsWait'")
        async with measuring.running_service(url, until_quiet=False):
            return [*figures, await measuring_imports.fresh_while_reading()]


async def measure_growth(embedder: Embedder, sizes: Sequence[int]) -> list[Figure]:
    """The same work at each size, smallest first, each on made-up questions around real ones."""
    if not (SHARED / "intents" / "banking77" / "train.csv").is_file():
        return []
    figures = []
    texts, vectors = await real_corpus(embedder, SHARED)
    for size in sorted(sizes):
        with TemporaryDirectory() as name:
            folder = Path(name)
            words, grown = grow(texts, vectors, size, folder)
            (folder / "texts").write_text("\n".join(words), encoding="utf-8")
            async with own_database():
                figures += await measuring_vectors.nearest_in_database(grown)
            async with own_database() as url:
                figures += await measuring_vectors.whole_refresh(url, grown, words)
            figures += measuring_vectors.grouping(folder / f"grown-{size}.f32", folder / "texts", size)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument(
        "--questions", type=int, help="questions planted for suggestions: 10,000, or 100,000 with --only"
    )
    parser.add_argument(
        "--only", choices=["suggestions", "help", "growth", "forum", "desk", "imports"], help="measure these alone"
    )
    parser.add_argument(
        "--sizes",
        type=int,
        nargs="*",
        default=[10_000, 100_000],
        help="corpora for growth; a million takes half an hour",
    )
    parser.add_argument(
        "--forum", type=int, nargs=2, default=LARGE_FORUM, metavar=("TOPICS", "POSTS"), help="a smaller forum"
    )
    parser.add_argument("--tickets", type=int, default=LARGE_DESK, help="a smaller desk to import")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args()
    set_up_logging("error")
    if options.only == "suggestions":
        figures = asyncio.run(measure_suggestions(options.questions or 100_000))
    elif options.only == "help":
        figures = asyncio.run(measure_help(options.questions or 100_000))
    elif options.only == "forum":
        figures = asyncio.run(measure_forum(*options.forum))
    elif options.only == "desk":
        figures = asyncio.run(measure_desk(UNSOLVED, LARGE_DESK))
    elif options.only == "imports":
        figures = asyncio.run(measure_imports(options.tickets))
    elif options.only == "growth":
        embedder = OnnxEmbedder(exports=models_folder(), runtime="onnx")
        figures = asyncio.run(measure_growth(embedder, options.sizes))
    else:
        figures = asyncio.run(measure_all(options.questions or 10_000, options.sizes))
    if options.json:
        sys.stdout.write(json.dumps([asdict(figure) for figure in figures], indent=2) + "\n")
    else:
        sys.stdout.write("\n".join(as_line(figure) for figure in figures) + "\n")


if __name__ == "__main__":
    main()
