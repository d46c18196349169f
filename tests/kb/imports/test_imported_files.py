"""Files of imported messages: fetched through the guarded door or read from the source, kept with their message, failures named."""

import zipfile
from collections.abc import AsyncIterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar, Response, get
from PIL import Image

from jobs.handlers.imports import fetch_imported_files
from jobs.tools import Tools
from kb.adapters.folder_store import FolderStore
from kb.adapters.guarded_http import GuardedHttp
from kb.adapters.web_reader import GuardedWebReader
from kb.core.actor import SYSTEM
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.policy import Role
from kb.files.access import read_file
from kb.files.rules import MAX_BYTES
from kb.imports.desks.attachments import (
    MOST_ATTEMPTS,
    Keeping,
    count_attachments,
    fetch_attachments,
    keep_attachments_of,
)
from kb.imports.desks.bringing_in import import_desk
from kb.imports.desks.zendesk import Zendesk
from kb.tickets.attachments import reads_file_in_ticket
from tests.support.desks import comment, customer, ticket, write
from tests.support.factories import make_person
from tests.support.public_network import PublicNetwork, at
from tests.support.served import serve_app

NAME = "files.zendesk.example"


def picture() -> bytes:
    out = BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "PNG")
    return out.getvalue()


@pytest.fixture
async def site() -> AsyncIterator[str]:
    answers = {
        "shot.png": (200, picture()),
        "log.txt": (200, b"a log"),
        "big.zip": (200, b"x" * (MAX_BYTES + 1)),
        "run.exe": (200, b"MZ"),
    }

    @get("/files/{name:str}", sync_to_thread=False)
    def serve(name: str) -> Response[Any]:
        if name == "moved.txt":
            return Response(None, status_code=302, headers={"location": "/files/log.txt"})
        status, content = answers.get(name, (int(name) if name.isdecimal() else 404, b""))
        return Response(content, status_code=status, media_type="application/octet-stream")

    async with serve_app(Litestar([serve], openapi_config=None)) as url:
        yield at(NAME)(url)


@pytest.fixture
def reader() -> GuardedWebReader:
    return GuardedWebReader(GuardedHttp(PublicNetwork(NAME).resolve))


@pytest.fixture
def keeping(tmp_path: Path) -> Keeping:
    return Keeping(FolderStore(tmp_path / "store"), frozenset({"txt", "zip"}))


def attached(*places: tuple[str, str]) -> dict[str, Any]:
    files = [{"id": n, "file_name": name, "content_url": place} for n, (name, place) in enumerate(places, 70)]
    return {"comments": [comment(51, 2, "See these", at="10:00", attachments=files)]}


async def bring_in(folder: Path, keeping: Keeping | None = None) -> None:
    with Zendesk(folder) as desk:
        await import_desk(SYSTEM, desk, kind="zendesk", source="fern", keeping=keeping)


async def states() -> dict[str, str]:
    return {
        row["name"]: f"{row['state']}: {row['reason']}" for row in await fetch_all("select * from import_attachment")
    }


async def test_files_are_fetched_and_stand_in_their_message_and_each_failure_is_named(
    db: str, tmp_path: Path, site: str, tools: Tools, reader: GuardedWebReader
) -> None:
    asker, stranger = await make_person(Role.MEMBER), await make_person(Role.MEMBER)
    email = await fetch_value("select email from person where id = $1", asker.person_id)
    names = ("shot.png", "log.txt", "moved.txt", "big.zip", "run.exe", "gone.txt", "odd.xyz", "503")
    places = [(name, f"{site}/files/{name}") for name in names if name != "odd.xyz"]
    inside = [("inside.txt", "http://127.0.0.1:1/secret"), ("odd.xyz", f"{site}/files/log.txt?odd")]
    folder = write(
        tmp_path / "z", u={"users": [customer(2, email)]}, t={"tickets": [ticket(5, 2)]}, tickets__5__comments=attached(*places, *inside)
    )  # fmt: skip
    await bring_in(folder)

    looked_at = await fetch_imported_files(replace(tools, web=reader))
    again = await fetch_imported_files(replace(tools, web=reader))

    assert (looked_at, again) == (9, 0)
    told = await states()
    assert {name for name, state in told.items() if state == "kept: "} == {"shot.png", "log.txt", "moved.txt"}
    assert told["503"] == "waiting: Its server answered 503."
    assert told["big.zip"] == "failed: It is larger than 10 MB."
    assert told["run.exe"].startswith("failed: Files of this kind are not taken")
    assert told["gone.txt"] == "failed: Its server answered 404."
    assert told["odd.xyz"].startswith("failed: Files of this kind are not taken")
    assert "not on the public network" in told["inside.txt"]
    text = await fetch_value("select body_source from ticket_message")
    assert text.startswith("See these\n\n")
    assert "![shot.png](/files/" in text
    assert f"[big.zip]({site}/files/big.zip)" in text, "what is not kept leaves its address"
    file_id = await fetch_value("select file_id from import_attachment where name = 'log.txt'")
    assert tools.files is not None
    found = await read_file(asker, file_id, width=None, ways=[reads_file_in_ticket], store=tools.files)
    assert found.content == b"a log"
    assert not await reads_file_in_ticket(stranger, file_id)
    left = await count_attachments(SYSTEM, "fern")
    assert (left.kept, left.waiting, left.failed) == (3, 1, 5)


async def test_a_server_that_stays_down_is_given_up_after_some_attempts(
    db: str, tmp_path: Path, site: str, reader: GuardedWebReader, keeping: Keeping
) -> None:
    folder = write(
        tmp_path / "z", t={"tickets": [ticket(5, 2)]}, tickets__5__comments=attached(("a.txt", f"{site}/files/500"))
    )
    await bring_in(folder)

    for attempt in range(MOST_ATTEMPTS):
        assert (await states())["a.txt"].startswith("waiting"), attempt
        assert await fetch_attachments(reader, keeping) == 1
        assert await fetch_attachments(reader, keeping) == 0, "not before its time"
        await execute("update import_attachment set next_attempt_at = now() - interval '1 second'")

    assert (await states())["a.txt"] == "failed: Its server answered 500."
    assert await fetch_attachments(reader, keeping) == 0


@pytest.mark.parametrize("packed", [False, True])
async def test_files_that_lie_in_the_source_are_read_from_it(
    db: str, tmp_path: Path, keeping: Keeping, *, packed: bool
) -> None:
    folder = write(
        tmp_path / "z", t={"tickets": [ticket(5, 2)]},
        tickets__5__comments=attached(("shot.png", "https://nobody.example/shot.png"), ("log.txt", "https://nobody.example/log.txt")),
    )  # fmt: skip
    (folder / "attachments" / "70").mkdir(parents=True)
    (folder / "attachments" / "70" / "shot.png").write_bytes(picture())
    (folder / "71_log.txt").write_bytes(b"a log")
    if packed:
        with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
            for path in folder.rglob("*.*"):
                archive.write(path, path.relative_to(folder))
        folder = tmp_path / "z.zip"

    await bring_in(folder, keeping)
    await bring_in(folder, keeping)

    assert await states() == {"shot.png": "kept: ", "log.txt": "kept: "}
    assert (await fetch_value("select body_source from ticket_message")).count("/files/") == 2


async def test_a_file_that_breaks_its_reader_is_tried_later_and_stops_no_other(
    db: str, tmp_path: Path, keeping: Keeping
) -> None:
    folder = write(
        tmp_path / "z", t={"tickets": [ticket(5, 2)]},
        tickets__5__comments=attached(("a.txt", "https://nobody.example/a.txt"), ("b.txt", "https://nobody.example/b.txt")),
    )  # fmt: skip
    await bring_in(folder)
    await execute("update import_attachment set place = name")

    def read(place: str) -> bytes:
        if place == "a.txt":
            raise ValueError("broken in a way nobody thought of")
        return b"a log"

    await keep_attachments_of("fern", read, keeping)

    assert await states() == {"a.txt": "waiting: ValueError", "b.txt": "kept: "}
    for _ in range(MOST_ATTEMPTS):
        await execute("update import_attachment set next_attempt_at = now() - interval '1 second'")
        await keep_attachments_of("fern", read, keeping)
    assert (await states())["a.txt"] == "failed: ValueError"
