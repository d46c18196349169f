"""Vectors of real texts, computed once for all processes and runs: for tests of what is done with vectors.

Whether a model's vectors are right is asked of the model itself, in `tests/kb/adapters`.
"""

import asyncio
import fcntl
import hashlib
import inspect
import sqlite3
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray

from kb.adapters import local_embedder, sentence_transformers_embedder
from kb.adapters.sentence_transformers_embedder import SentenceTransformersEmbedder
from tests.support.services import models_folder

Rows = dict[str, NDArray[np.float32]]

SHAPES_VECTORS = (local_embedder, sentence_transformers_embedder)
"""Beside the model's files and the libraries: a change of this code computes everything anew."""


class RememberedEmbedder:
    """The `Embedder` port: the shipped model on torch, asked only for texts that nobody has asked it for yet."""

    def __init__(self) -> None:
        self._model = SentenceTransformersEmbedder()
        self.fingerprint, self.dimensions = self._model.fingerprint, self._model.dimensions
        self._space = _name_space(self.fingerprint)
        models_folder().mkdir(parents=True, exist_ok=True)
        self._kept = sqlite3.connect(models_folder() / "vectors.sqlite", timeout=60, isolation_level=None)
        self._kept.execute("create table if not exists vector (key blob primary key, row blob) without rowid")

    async def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = self._recall(texts)
        if any(text not in rows for text in texts):
            rows = await (self._compute_once if len(texts) > 1 else self._compute)(texts)
        return np.array([rows[text] for text in texts], dtype=np.float32).reshape(-1, self.dimensions)

    def close(self) -> None:
        self._model.close()
        self._kept.close()

    async def _compute_once(self, texts: Sequence[str]) -> Rows:
        """Of two processes with the same texts, in whatever order, the second waits for the first; others wait for nobody."""
        async with _alone(self._key("\0".join(sorted(set(texts))))):
            return await self._compute(texts)

    async def _compute(self, texts: Sequence[str]) -> Rows:
        rows = self._recall(texts)
        missing = [text for text in dict.fromkeys(texts) if text not in rows]
        computed = dict(zip(missing, await self._model.embed(missing), strict=True))
        self._keep(computed)
        return rows | computed

    def _recall(self, texts: Iterable[str]) -> Rows:
        found = {
            text: self._kept.execute("select row from vector where key = ?", (self._key(text),)).fetchone()
            for text in texts
        }
        return {text: np.frombuffer(row[0], dtype=np.float32) for text, row in found.items() if row}

    def _keep(self, rows: Rows) -> None:
        values = [(self._key(text), row.tobytes()) for text, row in rows.items()]
        self._kept.execute("begin immediate")
        self._kept.executemany("insert or ignore into vector values (?, ?)", values)
        self._kept.execute("commit")

    def _key(self, text: str) -> bytes:
        return hashlib.blake2b(text.encode(), key=self._space, digest_size=24).digest()


def _name_space(fingerprint: str) -> bytes:
    """What a vector depends on beside its text."""
    parts = [fingerprint, version("torch"), version("sentence-transformers"), *map(inspect.getsource, SHAPES_VECTORS)]
    return hashlib.sha256("\0".join(parts).encode()).digest()


@asynccontextmanager
async def _alone(key: bytes) -> AsyncIterator[None]:
    """One process at a time for each key, which is the place of the byte that is locked."""
    with (models_folder() / ".vectors.lock").open("w") as lock:
        place = int.from_bytes(key[:4]) >> 1
        await asyncio.to_thread(fcntl.lockf, lock, fcntl.LOCK_EX, 1, place)
        yield
