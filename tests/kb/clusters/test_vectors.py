"""Vectors of a whole corpus come out of the database as they went in, without being held in memory."""

import numpy as np
import pytest

from kb.clusters import vectors as reading
from kb.clusters.grouping import group_vectors
from kb.clusters.vectors import read_vectors
from tests.kb.clusters.clouds import make_clouds
from tests.support.vectors import plant_model, plant_questions, plant_vectors

SENT = (
    "select q.id, q.text, vector_send(v.vector) as sent from question q join question_vector v on v.question_id = q.id"
    " order by q.id"
)


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "ROWS_AT_ONCE", 7)


async def test_every_vector_comes_in_order_with_what_stands_beside_it(db: str, small_steps: None) -> None:
    planted, _ = make_clouds([10, 15])
    ids = await plant_questions([f"question {n}" for n in range(25)])
    await plant_vectors(ids, await plant_model("made up", planted.shape[1]), planted)
    noted = []

    read = await read_vectors(SENT, note=lambda row: noted.append((row["id"], row["text"])))

    np.testing.assert_array_equal(read, planted)
    assert noted == [(question_id, f"question {n}") for n, question_id in enumerate(ids)]
    assert isinstance(read, np.memmap)


async def test_no_vectors_are_no_rows(db: str) -> None:
    assert len(await read_vectors(SENT, note=pytest.fail)) == 0


async def test_vectors_in_a_file_are_grouped_like_vectors_in_memory(db: str) -> None:
    planted, _ = make_clouds([30] * 12)
    ids = await plant_questions([f"question {n}" for n in range(len(planted))])
    await plant_vectors(ids, await plant_model("made up", planted.shape[1]), planted)

    read = await read_vectors(SENT, note=lambda row: None)

    assert (group_vectors(read).groups == group_vectors(planted).groups).all()
