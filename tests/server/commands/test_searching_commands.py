"""`answerloop search reindex` and what `doctor` says of the search index."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path

from tests.server.commands.test_commands import run
from tests.support.forum_factories import make_topic
from tests.support.meili_server import KEY, serve_meilisearch
from tests.support.services import lend_model

Deliver = Callable[[], Awaitable[int]]


def search_part(told: str) -> dict[str, str]:
    return next(part for part in json.loads(told) if part["part"] == "Search")


async def test_doctor_asks_for_an_index_and_reindex_builds_it(db: str, deliver_all: Deliver, tmp_path: Path) -> None:
    await make_topic(title="The zebra export stops early")
    await deliver_all()
    with serve_meilisearch() as (url, meili):
        named = {"DATABASE_URL": db, "MEILI_URL": url, "MEILI_KEY": KEY, **lend_model(tmp_path)}
        before = search_part(run("doctor", "--json", REDIS_URL="redis://127.0.0.1:1/0", **named).stdout)
        built = run("search", "reindex", "--json", **named)

        assert "answerloop search reindex" in before["problem"]
        assert json.loads(built.stdout) == {"index": "Meilisearch 1.15.0 (stand-in)", "documents": 1}
        assert [len(index.documents) for index in meili.indexes.values()] == [1]


def test_an_index_that_is_not_there_is_one_clear_line_and_a_failure(db: str, tmp_path: Path) -> None:
    told = run("search", "reindex", DATABASE_URL=db, MEILI_URL="http://127.0.0.1:9", DATA_DIR=str(tmp_path))

    assert told.returncode == 2
    assert "Meilisearch cannot be reached" in told.stderr
    assert "Traceback" not in told.stderr


def test_without_meilisearch_there_is_nothing_to_build(db: str, tmp_path: Path) -> None:
    told = run("search", "reindex", "--json", DATABASE_URL=db, DATA_DIR=str(tmp_path))

    assert json.loads(told.stdout)["index"].startswith("Postgres")


def test_a_weight_that_is_no_number_is_refused_by_name(tmp_path: Path) -> None:
    told = run("search", "reindex", SEARCH_WORDS_WEIGHT="much", DATA_DIR=str(tmp_path))

    assert told.returncode == 2
    assert "SEARCH_WORDS_WEIGHT" in told.stderr
