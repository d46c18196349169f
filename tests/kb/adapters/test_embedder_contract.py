"""Every embedder keeps the port's promises, the fake as well as the model."""

import asyncio
from collections.abc import Iterator

import numpy as np
import pytest

from kb.adapters.hashing_embedder import HashingEmbedder
from kb.adapters.local_embedder import LocalEmbedder
from kb.adapters.onnx_embedder import OnnxEmbedder
from kb.adapters.sentence_transformers_embedder import SentenceTransformersEmbedder
from kb.core.errors import Unavailable
from kb.ports.embedder import Embedder
from tests.support.services import models_folder

EXPORTS = models_folder()
"""Kept between runs: the first one waits half a minute for the export."""

pytestmark = pytest.mark.xdist_group("model")


@pytest.fixture(scope="module", params=["hashing", "torch", "onnx"])
def embedder(request: pytest.FixtureRequest) -> Iterator[Embedder]:
    if request.param == "hashing":
        yield HashingEmbedder()
        return
    model = (
        SentenceTransformersEmbedder() if request.param == "torch" else OnnxEmbedder(exports=EXPORTS, runtime="onnx")
    )
    yield model
    model.close()


async def test_rows_are_unit_vectors_of_the_promised_shape_and_type(embedder):
    texts = ["Where is my invoice?", "", "日本語の質問", "x" * 5000, "🙂", "a\nb\x00c"]
    rows = await embedder.embed(texts)
    assert rows.shape == (len(texts), embedder.dimensions)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-5)


async def test_no_texts_give_no_rows(embedder):
    assert (await embedder.embed([])).shape == (0, embedder.dimensions)


async def test_rows_come_in_the_order_of_the_texts(embedder):
    texts = [f"question number {i} " + "with more words " * (i % 7) for i in range(80)]
    rows = await embedder.embed(texts)
    alone = np.concatenate([await embedder.embed([texts[i]]) for i in (0, 41, 79)])
    np.testing.assert_allclose(rows[[0, 41, 79]], alone, atol=1e-5)


async def test_the_same_text_gives_the_same_vector_and_a_caller_cannot_spoil_it(embedder):
    first = await embedder.embed(["card declined"])
    expected = first.copy()
    first[:] = 0
    np.testing.assert_array_equal(await embedder.embed(["card declined"]), expected)


async def test_questions_that_share_words_and_meaning_are_nearer_than_others(embedder):
    one, same, other = await embedder.embed(
        ["I forgot my password, how do I reset it", "how do I reset a forgotten password", "export all invoices as csv"]
    )
    assert one @ same > one @ other + 0.2


async def test_many_callers_at_once_each_get_their_own_rows(embedder):
    texts = [f"caller {i} asks about thing {i}" for i in range(12)]
    together = await asyncio.gather(*(embedder.embed([text]) for text in texts))
    np.testing.assert_allclose(np.concatenate(together), await embedder.embed(texts), atol=1e-5)


def test_the_fingerprint_names_the_model_and_does_not_change(embedder):
    assert (
        embedder.fingerprint
        == (HashingEmbedder if embedder.fingerprint.startswith("hashing") else LocalEmbedder)().fingerprint
    )
    assert embedder.fingerprint.isprintable()
    assert embedder.dimensions == 384


async def test_the_model_sees_the_same_meaning_in_other_words():
    model = SentenceTransformersEmbedder()
    one, same, other = await model.embed(
        ["I can't log in", "Unable to access my account", "Which paper size is printed?"]
    )
    model.close()
    assert one @ same > 0.5 > one @ other + 0.2


def test_another_folder_with_other_weights_has_another_fingerprint(tmp_path):
    for name, weights in (("a", b"1"), ("b", b"2")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "model.safetensors").write_bytes(weights)
        (tmp_path / name / "README.md").write_text(name)
    found = {SentenceTransformersEmbedder(str(tmp_path / name)).fingerprint.split("-")[1] for name in "ab"}
    assert len(found) == 2
    (tmp_path / "a" / "README.md").write_text("another story")
    assert SentenceTransformersEmbedder(str(tmp_path / "a")).fingerprint.split("-")[1] in found


@pytest.mark.parametrize("content", [None, "config.json"])
async def test_a_folder_without_a_model_is_refused_by_name(tmp_path, content):
    folder = tmp_path / "empty"
    if content:
        folder.mkdir()
        (folder / content).write_text("{}")
    with pytest.raises(Unavailable, match="empty"):
        await SentenceTransformersEmbedder(str(folder)).embed(["anything"])
