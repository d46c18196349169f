"""An export serves only when its vectors are the model's own; whatever goes wrong, texts are still embedded."""

import asyncio
import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from kb.adapters import exporting_onnx, onnx_embedder
from kb.adapters.exporting_onnx import Export, export_folder, export_model, read_export
from kb.adapters.local_embedder import LocalEmbedder
from kb.adapters.onnx_embedder import OnnxEmbedder
from kb.adapters.sentence_transformers_embedder import SentenceTransformersEmbedder
from kb.core.errors import Unavailable
from tests.support.services import models_folder

pytestmark = pytest.mark.xdist_group("model")

# Other words than those the export itself was compared on.
TEXTS = [
    "Why do I pay a fee for a cash withdrawal?", "The invoice I sent yesterday shows the wrong tax number", "reset pin",
    "My topup was reverted and I do not know why " * 12, "KeyError: 'amount' in reconcile()", "Où est ma facture ?",
]  # fmt: skip


def note_export(exports: Path, export: Export) -> Path:
    folder = export_folder(exports, LocalEmbedder().fingerprint)
    folder.mkdir(parents=True)
    (folder / "export.json").write_text(json.dumps(asdict(export)))
    return folder


async def test_vectors_of_the_export_may_stand_beside_those_of_torch() -> None:
    exported, original = OnnxEmbedder(exports=models_folder(), runtime="onnx"), SentenceTransformersEmbedder()
    rows, expected = await exported.embed(TEXTS), await original.embed(TEXTS)
    exported.close()
    original.close()

    assert exported.fingerprint == original.fingerprint
    assert exported.runtime.endswith("int8")
    assert (rows * expected).sum(axis=1).min() > 0.98


async def test_a_text_has_one_vector_whatever_stands_beside_it() -> None:
    exported = OnnxEmbedder(exports=models_folder(), runtime="onnx")
    together = await exported.embed(TEXTS)
    alone = np.concatenate([await exported.embed([text]) for text in TEXTS])
    exported.close()

    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_serving_the_export_never_imports_torch() -> None:
    program = (
        "import asyncio, sys; from pathlib import Path; from kb.adapters.onnx_embedder import OnnxEmbedder;"
        f"asyncio.run(OnnxEmbedder(exports=Path({str(models_folder())!r}), runtime='onnx').embed(['Where is it?']));"
        "sys.exit('torch' in sys.modules or 'transformers' in sys.modules or 'onnx' in sys.modules)"
    )
    # The first embedder makes the export where it is missing; the second one only serves it.
    asyncio.run(OnnxEmbedder(exports=models_folder(), runtime="onnx").embed(["warm up"]))

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_where_eight_bits_are_too_coarse_single_precision_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting_onnx, "LEAST_COSINE", 0.9999)

    made = export_model(LocalEmbedder().folder, tmp_path / "models" / "one-export1")

    assert made == read_export(tmp_path / "models" / "one-export1")
    assert (made.precision, round(made.least_cosine, 4)) == ("fp32", 1.0)


def test_a_new_export_takes_the_place_of_that_for_an_older_runtime(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting_onnx, "_export_and_compare", lambda *_: Export("int8", 384))
    for name in ("one-export1-ort1.31", "another-export1-ort1.31"):
        (tmp_path / name).mkdir()

    export_model(LocalEmbedder().folder, tmp_path / "one-export1-ort1.32")

    assert {path.name for path in tmp_path.iterdir() if path.is_dir()} == {
        "one-export1-ort1.32",
        "another-export1-ort1.31",
    }


async def test_a_model_that_cannot_be_exported_stays_on_torch_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise ValueError("no graph of this")

    embedder = OnnxEmbedder(exports=tmp_path)
    monkeypatch.setattr(exporting_onnx, "_export_and_compare", refuse)
    export_model(embedder.folder, embedder.export_folder)

    await embedder.embed(["still served"])

    assert embedder.runtime.startswith("torch")
    assert "no graph of this" in embedder.explained
    with pytest.raises(Unavailable, match="no graph of this"):
        await OnnxEmbedder(exports=tmp_path, runtime="onnx").embed(["insists"])


async def test_who_started_on_torch_takes_the_export_up_when_it_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onnx_embedder, "LOOK_AGAIN_SECONDS", 0)
    await OnnxEmbedder(exports=models_folder(), runtime="onnx").embed(["so that there is one"])
    embedder = OnnxEmbedder(exports=tmp_path / "models")
    await embedder.embed(["before"])
    assert embedder.runtime.startswith("torch")

    (tmp_path / "models").symlink_to(models_folder())
    await embedder.embed(["after"])

    assert embedder.runtime.startswith("onnxruntime")


async def test_an_export_that_cannot_be_read_leaves_torch_in_charge(tmp_path: Path) -> None:
    folder = note_export(tmp_path, Export("int8", 384, ("input_ids",), 1.0, 1.0))
    (folder / "model.onnx").write_bytes(b"half a file")
    embedder = OnnxEmbedder(exports=tmp_path)

    assert (await embedder.embed(["still served"])).shape == (1, 384)
    assert embedder.runtime.startswith("torch")
