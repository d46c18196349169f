"""`python -m tests.bench.refreshing_once DATABASE_URL`: refreshes what is there twice; prints the most memory, and for each refresh
its seconds, the clusters and how many questions it moved."""

import asyncio
import sys

from kb.clusters.refreshing import refresh_clusters
from kb.core.database import close_database, open_database
from kb.core.logging import set_up_logging
from tests.bench.grouping_once import Watching


async def main() -> None:
    set_up_logging("error")
    watching = Watching()
    await open_database(sys.argv[1], pool_size=4)
    reports = [await refresh_clusters() for _ in range(2)]
    await close_database()
    told = " ".join(f"{report.seconds:.1f} {report.clusters} {report.changed}" for report in reports)
    sys.stdout.write(f"{watching.stop()} {told}\n")


if __name__ == "__main__":
    asyncio.run(main())
