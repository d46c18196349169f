"""`make bench`: measures on a database of its own, and prints each figure beside its budget. A missed budget is said, not hidden."""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict

from kb.adapters.sentence_transformers_embedder import SentenceTransformersEmbedder
from kb.core.database import close_database, open_database
from kb.core.logging import set_up_logging
from tests.bench import measuring
from tests.bench.figures import Figure, as_line
from tests.conftest import create_database, drop_database
from tests.support.services import ensure_postgres


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
    embedder = SentenceTransformersEmbedder("")
    async with own_database():
        await measuring.plant(embedder, questions)
        return await measuring.suggestions(embedder, questions)


async def measure_all(questions: int) -> list[Figure]:
    embedder = SentenceTransformersEmbedder("")
    figures = [measuring.front_end_weight(), measuring.widget_weight()]
    async with own_database() as url:
        figures.append(await measuring.embedding(embedder))
        await measuring.plant(embedder, questions)
        figures += await measuring.suggestions(embedder, questions)
        async with measuring.running_service(url) as base:
            figures.append(await measuring.topic_page(base))
            figures.append(await measuring.ingest(base))
            figures.append(await measuring.asked_to_clustered())
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument(
        "--questions", type=int, help="questions planted for suggestions: 10,000, or 100,000 with --only"
    )
    parser.add_argument(
        "--only", choices=["suggestions"], help="measure these alone, at the size their budgets are for"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args()
    set_up_logging("error")
    if options.only:
        figures = asyncio.run(measure_suggestions(options.questions or 100_000))
    else:
        figures = asyncio.run(measure_all(options.questions or 10_000))
    if options.json:
        sys.stdout.write(json.dumps([asdict(figure) for figure in figures], indent=2) + "\n")
    else:
        sys.stdout.write("\n".join(as_line(figure) for figure in figures) + "\n")


if __name__ == "__main__":
    main()
