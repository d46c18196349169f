"""The nearest questions are found through signs alone and then put in order: nearly all of them, and only those of one model."""

from collections.abc import AsyncIterator
from uuid import UUID

import numpy as np
import pytest
from numpy.typing import NDArray

from kb.clusters.nearest import Space, build_index, find_nearest, find_space, looking_around, nearest_sql
from kb.core.database import execute, fetch_all, fetch_value, open_database
from tests.kb.clusters.clouds import make_clouds
from tests.support.vectors import plant_model, plant_questions, plant_vectors

ASKED = 60
OTHER_WAYS = ("enable_seqscan", "enable_bitmapscan", "enable_sort")


async def plant(name: str, vectors: NDArray[np.float32], *, ids: list[UUID] | None = None) -> tuple[Space, list[UUID]]:
    space = Space(await plant_model(name, vectors.shape[1]), vectors.shape[1])
    await build_index(space)
    ids = ids or await plant_questions([f"question {n}" for n in range(len(vectors))])
    await plant_vectors(ids, space.model_id, vectors)
    await execute("analyze question_vector")
    return space, ids


@pytest.fixture
async def through_the_index(db: str) -> AsyncIterator[None]:
    """A few thousand rows are as quick to read all; the planner is told what it would choose for more."""
    name = await fetch_value("select current_database()")
    for way in OTHER_WAYS:
        await execute(f"alter database {name} set {way} = off")
    await open_database(db)
    yield
    for way in OTHER_WAYS:
        await execute(f"alter database {name} reset {way}")
    await open_database(db)


@pytest.fixture(autouse=True)
async def no_index_of_another_length(db: str) -> AsyncIterator[None]:
    """The next test numbers its models from one again, and their vectors have other lengths."""
    await drop_indexes()
    yield
    await drop_indexes()


async def drop_indexes() -> None:
    names = await fetch_all("select indexname from pg_indexes where indexname like 'question_vector_signs_%'")
    for row in names:
        await execute(f"drop index {row['indexname']}")


def exact(vectors: NDArray[np.float32], row: int, count: int) -> list[int]:
    near = vectors @ vectors[row]
    near[row] = -np.inf
    return np.argsort(-near)[:count].tolist()


async def test_ninety_seven_of_a_hundred_true_neighbours_are_found(through_the_index: None) -> None:
    vectors, _ = make_clouds([40] * 60, spread=1.3, dimensions=384)
    space, ids = await plant("made up", vectors)

    found = 0
    for row in range(ASKED):
        near = await find_nearest(ids[row], space, limit=10)
        assert [n.similarity for n in near] == sorted((n.similarity for n in near), reverse=True)
        found += len({n.question_id for n in near} & {ids[other] for other in exact(vectors, row, 10)})

    assert found / (10 * ASKED) >= 0.97


async def test_the_similarity_is_that_of_the_vectors_not_of_their_signs(db: str) -> None:
    vectors, _ = make_clouds([20] * 5, spread=1.0, dimensions=64)
    space, ids = await plant("made up", vectors)

    near = await find_nearest(ids[3], space, limit=5)

    assert [n.question_id for n in near] == [ids[row] for row in exact(vectors, 3, 5)]
    assert near[0].similarity == pytest.approx(float(vectors[exact(vectors, 3, 1)[0]] @ vectors[3]), abs=1e-5)


async def test_the_statement_goes_through_the_models_own_index(through_the_index: None) -> None:
    vectors, _ = make_clouds([50] * 40, dimensions=64)
    space, ids = await plant("made up", vectors)
    to = f"(select vector::{space.kind} from question_vector where question_id = '{ids[0]}')"

    async with looking_around(10) as conn:
        plan = "\n".join(
            row[0] for row in await conn.fetch("explain " + nearest_sql(space, to=to, limit="10", ranked="250"))
        )

    assert f"question_vector_signs_{space.model_id}" in plan


async def test_vectors_of_two_models_never_meet(db: str) -> None:
    small, large = make_clouds([30] * 10, dimensions=48)[0], make_clouds([30] * 10, dimensions=96, seed=5)[0]
    first, ids = await plant("small", small)
    second, _ = await plant("large", large, ids=ids)

    for space, vectors in ((first, small), (second, large)):
        near = await find_nearest(ids[0], space, limit=8)
        assert [n.question_id for n in near] == [ids[row] for row in exact(vectors, 0, 8)]


async def test_what_is_filtered_out_does_not_crowd_out_the_few_that_are_not(through_the_index: None) -> None:
    vectors, _ = make_clouds([3000], spread=0.5, dimensions=64)
    space, ids = await plant("made up", vectors)
    far = sorted(range(1, 3000), key=lambda row: float(vectors[row] @ vectors[0]))[:7]
    await execute("update question set visibility = 'staff'")
    await execute("update question set visibility = 'public' where id = any($1)", [ids[row] for row in far])

    async with looking_around(5) as conn:
        rows = await conn.fetch(
            nearest_sql(
                space,
                to=f"(select vector::{space.kind} from question_vector where question_id = '{ids[0]}')",
                limit="5", ranked="250", joined=" join question q on q.id = v.question_id", where="q.visibility = 'public'",
            )
        )  # fmt: skip

    assert {row["question_id"] for row in rows} <= {ids[row] for row in far}
    assert len(rows) == 5


async def test_a_question_without_a_vector_has_no_neighbours(db: str) -> None:
    space, _ = await plant("made up", make_clouds([10], dimensions=48)[0])
    (lonely,) = await plant_questions(["nobody embedded this"])

    assert await find_nearest(lonely, space, limit=5) == []


async def test_models_from_before_the_index_over_signs_get_theirs(db: str) -> None:
    from kb.migrations.kb_2026_11_26t08_00_00_000020 import SQL  # noqa: PLC0415 - named as migrations are

    model = await plant_model("from before", 48)
    await execute(
        f"create index question_vector_hnsw_{model} on question_vector"
        f" using hnsw ((vector::vector(48)) vector_cosine_ops) where model_id = {model}"
    )
    await execute(SQL)

    names = {
        row["indexname"]
        for row in await fetch_all("select indexname from pg_indexes where tablename = 'question_vector'")
    }
    assert f"question_vector_signs_{model}" in names
    assert f"question_vector_hnsw_{model}" not in names
    assert await fetch_value("select count(*) from question_vector") == 0


async def test_a_model_that_was_forgotten_and_built_again_is_found_under_its_new_number_within_seconds(
    db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = Space(await plant_model("again", 8), 8)
    assert await find_space("again") == before
    await execute("delete from embedding_model")  # by another process
    again = Space(await plant_model("again", 8), 8)
    assert await find_space("again") == before

    monkeypatch.setattr("kb.clusters.nearest.FRESH_SECONDS", -1.0)
    assert await find_space("again") == again
    await execute("delete from embedding_model")
    assert await find_space("again") is None
