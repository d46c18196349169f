"""All vectors of a corpus at once, in a file that is mapped into memory: a million of them are 1.5 GB that nobody has to hold."""

import tempfile
from collections.abc import Callable

import asyncpg
import numpy as np
from numpy.typing import NDArray

from kb.core.database import connection

ROWS_AT_ONCE = 5_000
"""Rows fetched and written in one go: 8 MB of vectors."""


async def read_vectors(sql: str, *args: object, note: Callable[[asyncpg.Record], None]) -> NDArray[np.float32]:
    """The vectors a statement gives in its column `sent` (`vector_send`), in its order; `note` gets each row besides.

    All of one length. They lie in an unnamed file in the folder for temporary files (TMPDIR), which goes with the last
    array that looks into it.
    """
    width = rows = 0
    with tempfile.TemporaryFile(prefix="answerloop-vectors-") as file:
        async with connection() as conn, conn.transaction():
            cursor = await conn.cursor(sql, *args)
            while fetched := await cursor.fetch(ROWS_AT_ONCE):
                block = vectors_from_bytes([row["sent"] for row in fetched])
                block.tofile(file)
                rows, width = rows + len(block), block.shape[1]
                for row in fetched:
                    note(row)
        file.flush()
        if not rows:
            return np.empty((0, 1), dtype=np.float32)
        return np.memmap(file, dtype=np.float32, mode="r", shape=(rows, width))


def vectors_from_bytes(sent: list[bytes]) -> NDArray[np.float32]:
    """What `vector_send()` gives of vectors of one length: length and a spare as two bytes each, then big-endian floats."""
    whole = np.frombuffer(b"".join(sent), dtype=">f4").reshape(len(sent), -1)
    return whole[:, 1:].astype(np.float32)
