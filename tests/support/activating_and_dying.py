"""Activates a model in a process of its own that stops for good after some batches, so that a test can kill it there.

Run as: python -m tests.support.activating_and_dying DATABASE_URL DIMENSIONS BATCHES
"""

import asyncio
import sys
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kb.adapters.hashing_embedder import HashingEmbedder
from kb.clusters.activating import activate_model
from kb.core.actor import SYSTEM
from kb.core.database import open_database


class StoppingEmbedder(HashingEmbedder):
    """Says so on standard output when it has embedded enough, and never answers again."""

    def __init__(self, dimensions: int, batches: int) -> None:
        super().__init__(dimensions)
        self._left = batches

    async def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """As its parent, while batches are left."""
        if not self._left:
            sys.stdout.write("stopped\n")
            sys.stdout.flush()
            await asyncio.Event().wait()
        self._left -= 1
        return await super().embed(texts)


async def activate_until_stopped(url: str, dimensions: int, batches: int) -> None:
    """Never returns: it is there to be killed."""
    await open_database(url, pool_size=2)
    new = StoppingEmbedder(dimensions, batches)
    await activate_model(SYSTEM, name=new.fingerprint, new=new, old=HashingEmbedder())


if __name__ == "__main__":
    asyncio.run(activate_until_stopped(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
