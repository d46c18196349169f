"""The `Embedder` port on a model in this process, whatever computes it: one thread, longest texts first, typed texts remembered."""

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kb.adapters.model_folder import fingerprint_model, locate_model, read_dimensions

# Texts handed to the worker at once. A person typing waits behind at most one slice (0.3 s), not behind an import.
SLICE = 64
# Typed texts repeat (each pause asks again); 2,048 of them are 3 MB.
REMEMBERED = 2048
SHORT = 300


class Encoder(Protocol):
    """What computes vectors. Called by one thread at a time."""

    runtime: str
    """What computes, in the words `answerloop doctor` prints."""

    dimensions: int

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        """L2-normalised rows in the order given."""


class LocalEmbedder:
    """One model in this process. Loads at the first text; what encodes is up to `load_encoder`.

    The fingerprint is the model's alone, not the runtime's: see `exporting_onnx` for why their vectors may meet.
    """

    def __init__(self, model: str = "") -> None:
        """`model` is the setting EMBED_MODEL: empty for the bundled model, a folder, or a name such as org/model."""
        self.name = model
        self._folder: Path | None = None
        self._fingerprint = ""
        self._dimensions = 0
        self._encoder: Encoder | None = None
        self._remembered: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._loading = threading.Lock()
        # One thread: two encodings at once would fight for the same cores and both be slower.
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="embedder")

    def load_encoder(self, present: Encoder | None) -> Encoder:
        """What encodes from now on; `present` is what did so far. Called before each slice, so it must be quick then."""
        raise NotImplementedError

    @property
    def fingerprint(self) -> str:
        """Model name with a hash over every file of its folder that shapes a vector."""
        if not self._fingerprint:
            self._fingerprint = fingerprint_model(self.name, self.folder)
        return self._fingerprint

    @property
    def dimensions(self) -> int:
        """Length of a vector, from the folder's configuration; the model is loaded only where that does not tell."""
        if not self._dimensions:
            self._dimensions = read_dimensions(self.folder) or self._ready_encoder().dimensions
        return self._dimensions

    @property
    def runtime(self) -> str:
        """What computes the vectors; empty before the first one."""
        return self._encoder.runtime if self._encoder else ""

    @property
    def folder(self) -> Path:
        """Where the model's files lie."""
        if self._folder is None:
            self._folder = locate_model(self.name)
        return self._folder

    async def warm_up(self) -> None:
        """Load the model (seconds) before the first person waits for it."""
        await self.embed(["warm up"])

    async def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """L2-normalised rows in the order given. A lone short text seen before is not computed again."""
        if len(texts) == 1 and len(texts[0]) <= SHORT:
            return await self._embed_typed(texts[0])
        return await self._embed_sorted(texts)

    def close(self) -> None:
        """Stop the worker thread."""
        self._worker.shutdown(wait=False, cancel_futures=True)

    async def _embed_typed(self, text: str) -> NDArray[np.float32]:
        if text in self._remembered:
            self._remembered.move_to_end(text)
            return self._remembered[text].copy()
        row = await self._embed_sorted([text])
        self._remembered[text] = row.copy()
        if len(self._remembered) > REMEMBERED:
            self._remembered.popitem(last=False)
        return row

    async def _embed_sorted(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Longest first, so that a batch is padded little and a lack of memory shows at once."""
        order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
        rows = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        loop = asyncio.get_running_loop()
        for start in range(0, len(order), SLICE):
            chosen = order[start : start + SLICE]
            rows[chosen] = await loop.run_in_executor(self._worker, self._encode, [texts[i] for i in chosen])
        return rows

    def _encode(self, texts: list[str]) -> NDArray[np.float32]:
        return self._ready_encoder().encode(texts)

    def _ready_encoder(self) -> Encoder:
        with self._loading:
            self._encoder = self.load_encoder(self._encoder)
            return self._encoder
