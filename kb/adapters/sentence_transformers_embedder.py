"""Embeds with any sentence-transformers model through torch: all-MiniLM-L6-v2 from its wheel unless another is named.

A model's files are read from disk; only a model given by name that was never fetched asks the network for it.
"""

import os
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.adapters.local_embedder import Encoder, LocalEmbedder
from kb.core.errors import Unavailable

# Batches of 32 fit the second-level cache and beat 128 on two cores.
BATCH = 32


class SentenceTransformersEmbedder(LocalEmbedder):
    """The `Embedder` port on torch."""

    def load_encoder(self, present: Encoder | None) -> Encoder:
        return present or TorchEncoder(self.folder)


class TorchEncoder:
    """A loaded model. Loading takes seconds and some 700 MB."""

    def __init__(self, folder: Path) -> None:
        self._model = load_model(folder)
        self.dimensions = int(self._model.get_embedding_dimension())
        self.runtime = f"torch {version('torch')}"

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        rows: NDArray[np.float32] = self._model.encode(
            texts, batch_size=BATCH, normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
        )
        return rows.astype(np.float32, copy=False)


def load_model(folder: Path) -> Any:
    """The sentence-transformers model of a folder, on the processor. Raises `Unavailable` naming the folder."""
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
