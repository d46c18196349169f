"""Exports a sentence-transformers model once to ONNX, in 8-bit, and compares it with the original before anything uses it.

Vectors of the export carry the model's own fingerprint and may stand beside torch's. What allows that is the comparison:
at least `LEAST_COSINE` for every text of many kinds and `LEAST_MEAN` on average. Searching torch's vectors with 8-bit
ones finds what torch's own find (kb/adapters/README). Where 8-bit is further off, single precision is taken (equal to
six digits); where that fails, torch stays.

`python -m kb.adapters.exporting_onnx FOLDER TARGET NICE` makes one; torch's 700 MB then end with the process that needed them.
"""

import fcntl
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.adapters.fidelity_texts import FIDELITY_TEXTS
from kb.core.errors import Unavailable

EXPORTER = "1"
"""Goes up with every change of this file or `quantising_onnx` that changes what an export is."""

LEAST_COSINE, LEAST_MEAN = 0.97, 0.99
"""MiniLM's 8-bit export reaches .984 (texts of one word) and .996."""

LEAST_COSINE_EXACT = 0.9999
"""Of the single-precision export, which differs by rounding alone."""

NICE = 10
"""An export beside the work may take its time: it must not take it from the people being served."""


@dataclass(frozen=True, slots=True)
class Export:
    """What is known of an export. `precision` is int8, fp32, or empty when the model stays on torch for `reason`."""

    precision: str
    dimensions: int = 0
    inputs: tuple[str, ...] = ()
    mean_cosine: float = 0.0
    least_cosine: float = 0.0
    reason: str = ""


def export_folder(exports: Path, fingerprint: str) -> Path:
    """Where the export of this model by this exporter for this runtime and kind of machine lies, or will."""
    key = f"{fingerprint}-export{EXPORTER}-ort{version('onnxruntime')}-{platform.machine()}"
    return exports / key.replace("/", "--")


def read_export(folder: Path) -> Export | None:
    """What was found when the export was made; None before."""
    try:
        values = json.loads((folder / "export.json").read_text(encoding="utf-8"))
    except OSError:
        return None
    return Export(**{**values, "inputs": tuple(values["inputs"])})


def make_export(model: Path, folder: Path, *, nice: int = 0) -> Export:
    """Export in a process of its own and return what came out; who comes second waits for who came first."""
    command = [sys.executable, "-m", "kb.adapters.exporting_onnx", str(model), str(folder), str(nice)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    found = read_export(folder)
    if found is None:
        raise Unavailable(
            f"The model could not be exported: {done.stderr.strip().splitlines()[-1:] or 'no reason given'}"
        )
    return found


def export_model(model: Path, folder: Path) -> Export:
    """Write the export to `folder` whole or not at all, unless it is there already."""
    with _alone(folder.parent):
        if (known := read_export(folder)) is not None:
            return known
        with tempfile.TemporaryDirectory(prefix=".making-", dir=folder.parent) as making:
            place = Path(making) / "export"
            place.mkdir()
            try:
                found = _export_and_compare(model, place)
            except Exception as error:  # whatever a model cannot be exported for: torch runs it
                found = Export("", reason=f"{type(error).__name__}: {error}"[:500])
            (place / "export.json").write_text(json.dumps(asdict(found), indent=1), encoding="utf-8")
            place.rename(folder)
        _remove_older(folder)
    return found


def _remove_older(folder: Path) -> None:
    """Exports of the same model for a runtime that is no longer installed: each takes as much room as the model."""
    same = folder.name.split("-export")[0] + "-export"
    for other in folder.parent.iterdir():
        if other.name.startswith(same) and other != folder:
            shutil.rmtree(other, ignore_errors=True)


@contextmanager
def _alone(exports: Path) -> Iterator[None]:
    """One export at a time; what a killed one left is removed by the next."""
    exports.mkdir(parents=True, exist_ok=True)
    with (exports / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for left in exports.glob(".making-*"):
            shutil.rmtree(left, ignore_errors=True)
        yield


def _export_and_compare(model_folder: Path, place: Path) -> Export:
    from kb.adapters.sentence_transformers_embedder import load_model  # noqa: PLC0415 - brings torch

    model = load_model(model_folder)
    if model.default_prompt_name:
        raise ValueError("the model puts a prompt before each text, which the export would not")
    inputs = _write_tokenizer(model, place)
    expected = model.encode(list(FIDELITY_TEXTS), normalize_embeddings=True, show_progress_bar=False)
    graph = _trace(model, inputs)
    for precision in ("int8", "fp32"):
        found = _try(graph, precision, inputs, place, expected)
        if _is_faithful(found):
            return found
    raise ValueError(f"the export is too far from the original: cosine {found.least_cosine:.3f} at worst")


def _is_faithful(found: Export) -> bool:
    if found.precision == "fp32":
        return found.least_cosine >= LEAST_COSINE_EXACT
    return found.least_cosine >= LEAST_COSINE and found.mean_cosine >= LEAST_MEAN


def _try(graph: Any, precision: str, inputs: list[str], place: Path, expected: NDArray[np.float32]) -> Export:
    """Write the graph and compare what it gives, through the very code that will serve it."""
    import onnx  # noqa: PLC0415 - of use here alone

    from kb.adapters.onnx_embedder import OnnxEncoder  # noqa: PLC0415 - it imports this file
    from kb.adapters.quantising_onnx import quantise_products  # noqa: PLC0415 - brings onnx

    onnx.save(quantise_products(graph) if precision == "int8" else graph, place / "model.onnx")
    unchecked = Export(precision, expected.shape[1], tuple(inputs))
    cosines = (OnnxEncoder(place, unchecked).encode(list(FIDELITY_TEXTS)) * expected).sum(axis=1)
    return Export(precision, expected.shape[1], tuple(inputs), float(cosines.mean()), float(cosines.min()))


def _write_tokenizer(model: Any, place: Path) -> list[str]:
    """The tokeniser with the model's own cut and padding, in one file that needs no transformers; returns the graph's inputs."""
    from tokenizers import Tokenizer  # noqa: PLC0415 - of use here alone

    theirs = model.tokenizer
    tokenizer = Tokenizer.from_str(theirs.backend_tokenizer.to_str())
    tokenizer.enable_truncation(model.max_seq_length)
    tokenizer.enable_padding(
        pad_id=theirs.pad_token_id, pad_token=theirs.pad_token, pad_type_id=theirs.pad_token_type_id
    )
    tokenizer.save(str(place / "tokenizer.json"))
    return [name for name in ("input_ids", "attention_mask", "token_type_ids") if name in theirs.model_input_names]


def _trace(model: Any, inputs: list[str]) -> Any:
    """The whole pipeline (transformer, pooling, normalisation) as one ONNX graph, any number of texts of any length."""
    import torch  # noqa: PLC0415 - brings 700 MB

    class Pipeline(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.parts = model

        def forward(self, *values: Any) -> Any:
            features = dict(zip(inputs, values, strict=True))
            for part in self.parts:
                features = part(features)
            return torch.nn.functional.normalize(features["sentence_embedding"], dim=-1)

    texts = model.tokenizer(
        ["Where is it?", "Somewhat longer, so that the first is padded"], padding=True, return_tensors="pt"
    )
    axes = {0: torch.export.Dim("texts"), 1: torch.export.Dim("tokens", min=2, max=model.max_seq_length)}
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter warns of its own parts
        program = torch.onnx.export(
            Pipeline().eval(), tuple(texts[name] for name in inputs), dynamo=True, verbose=False,
            input_names=inputs, output_names=["vectors"], dynamic_shapes=(tuple(axes for _ in inputs),),
        )  # fmt: skip
    assert program is not None  # noqa: S101 - it is only where the exporter is asked to write a file
    return program.model_proto


def main() -> None:
    """Export the model of the first folder to the second, at the priority the third argument lowers it to."""
    os.nice(int(sys.argv[3]))
    export_model(Path(sys.argv[1]), Path(sys.argv[2]))


if __name__ == "__main__":
    main()
