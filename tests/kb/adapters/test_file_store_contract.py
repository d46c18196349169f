"""Every file store keeps what the port promises: the folder, and S3 against a stand-in that checks its signatures."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kb.adapters.folder_store import FolderStore
from kb.adapters.s3_store import S3Store
from kb.core.errors import Unavailable
from kb.ports.file_store import FileStore
from tests.support.s3_server import BUCKET, KEY, REGION, SECRET, StandIn
from tests.support.served import serve_app


@pytest.fixture(params=["folder", "s3", "s3 in a folder"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[FileStore]:
    if request.param == "folder":
        yield FolderStore(tmp_path / "files")
        return
    stand_in = StandIn()
    async with serve_app(stand_in.app()) as url:
        folder = "/at/home" if "folder" in request.param else ""
        yield S3Store(f"{url}/{BUCKET}{folder}", region=REGION, key=KEY, secret=SECRET)
    assert stand_in.refusals == []


async def test_what_was_put_is_what_comes_back_until_it_is_deleted(store: FileStore) -> None:
    everything = bytes(range(256)) * 40
    await store.put("files/one/800", everything)
    await store.put("files/one/1600", b"large")
    await store.put("files/one/1600", b"")
    assert await store.get("files/one/800") == everything
    assert await store.get("files/one/1600") == b""
    await store.delete("files/one/800")
    assert await store.get("files/one/800") is None
    assert await store.get("files/one/1600") == b""


async def test_what_is_not_there_is_nothing_and_may_be_deleted(store: FileStore) -> None:
    assert await store.get("files/none/800") is None
    await store.delete("files/none/800")


async def test_a_store_that_is_down_or_does_not_know_us_says_so(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("a file where the folder should be")
    stand_in = StandIn()
    async with serve_app(stand_in.app()) as url:
        stranger = S3Store(f"{url}/{BUCKET}", region=REGION, key=KEY, secret="guessed")
        for store in (FolderStore(tmp_path / "files"), stranger):
            with pytest.raises(Unavailable):
                await store.put("files/one/800", b"x")
    assert "SignatureDoesNotMatch" in stand_in.refusals[0]
    assert stand_in.kept == {}
