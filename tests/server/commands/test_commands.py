"""The command line as people type it, each command a process of its own."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from typer.main import get_command

from kb.adapters.hashing_embedder import HashingEmbedder
from server.commands.main import app
from tests.support.confirmed_factories import confirm_duplicates, put_in_force, told_twice
from tests.support.mail_server import free_port
from tests.support.services import lend_model

COMMAND = [sys.executable, "-m", "server.commands.main"]


def run(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run to the end."""
    settings = {**os.environ, "COLUMNS": "200", **environment}
    return subprocess.run([*COMMAND, *arguments], check=False, capture_output=True, text=True, env=settings, timeout=60)


def processes_of(folder: Path) -> list[str]:
    """Command lines of the processes that work in this data folder, as the kernel lists them."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            told = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes() if entry.name.isdigit() else b""
        except OSError:
            continue
        if str(folder).encode() in told:
            found.append(entry.name)
    return found


def named(folder: Path, words: str) -> set[str]:
    """Those of the folder's processes whose command line holds these words."""
    return {
        pid
        for pid in processes_of(folder)
        if words.encode() in (Path("/proc") / pid / "cmdline").read_bytes().replace(b"\0", b" ")
    }


async def kill_and_see_it_again(folder: Path, name: str) -> None:
    """kill -9; the supervisor starts another."""
    before = named(folder, name)
    assert len(before) == 1, (name, before)
    os.kill(int(min(before)), signal.SIGKILL)
    async with asyncio.timeout(20):
        while not named(folder, name) - before:
            await asyncio.sleep(0.1)


@asynccontextmanager
async def up_and_ready(data: Path, port: int, **environment: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """`up`, once it has said that all stands. Whatever a failing test leaves is killed with it."""
    up = await asyncio.create_subprocess_exec(
        *COMMAND, "up", "--port", str(port), "--data", str(data), stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL, start_new_session=True, env={**os.environ, **environment},
    )  # fmt: skip
    try:
        assert up.stdout is not None
        async with asyncio.timeout(60):
            while b"Ctrl-C" not in await up.stdout.readline():
                pass
        yield up
    finally:
        if up.returncode is None:
            up.terminate()
            await up.wait()


async def stop_and_see_nothing_left(up: asyncio.subprocess.Process, data: Path, stopping: signal.Signals) -> None:
    assert len(processes_of(data)) >= 5
    up.send_signal(stopping)
    async with asyncio.timeout(30):
        assert await up.wait() == 0
        while processes_of(data):
            await asyncio.sleep(0.1)


async def test_up_serves_is_warm_the_second_time_restarts_what_is_killed_and_leaves_nothing_when_stopped(
    tmp_path: Path,
) -> None:
    data, port = tmp_path / "data", free_port()
    model = lend_model(data)
    async with up_and_ready(data, port, **model) as up:
        async with httpx.AsyncClient() as client:
            assert (await client.get(f"http://127.0.0.1:{port}/")).status_code == 200
        await stop_and_see_nothing_left(up, data, signal.SIGINT)
    async with up_and_ready(data, port, **model) as up:
        taken = await asyncio.to_thread(run, "up", "--port", str(port), "--data", str(tmp_path / "other"))
        assert (taken.returncode, "cannot be used" in taken.stderr) == (2, True)
        for name in ("redis-server", "-m jobs"):
            await kill_and_see_it_again(data, name)
        await stop_and_see_nothing_left(up, data, signal.SIGTERM)


def test_every_command_has_help_with_an_example() -> None:
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        for one in getattr(command, "commands", {"": command}).values():
            assert "Example: " in (one.help or ""), f"{name} {one.name}"


def test_the_loop_is_one_json_document_whose_states_sum_to_all_episodes(db: str) -> None:
    told = run("loop", "--json", DATABASE_URL=db)

    loop = json.loads(told.stdout)
    assert told.returncode == 0
    assert sum(loop["episodes"].values()) == loop["all_episodes"]


def test_doctor_names_every_part_and_what_is_wrong_in_one_line(db: str, tmp_path: Path) -> None:
    told = run("doctor", "--json", DATABASE_URL=db, REDIS_URL="redis://127.0.0.1:1/0", **lend_model(tmp_path))

    parts = {part["part"]: part["problem"] for part in json.loads(told.stdout)}
    assert set(parts) == {"Python", "Postgres", "vector", "pg_trgm", "Redis", "Model", "Search", "Mail", "Disk"}
    assert told.returncode != 0
    assert parts["Redis"]
    assert "\n" not in parts["Redis"]
    assert [name for name, problem in parts.items() if problem] == ["Redis"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("title\nx\n", "There is no column body"),
        ("\ufeffbody\ncafé\n".encode("utf-16-le")[:-1], "encod"),
        ("", "is empty"),
    ],
    ids=["no such column", "wrong encoding", "empty"],
)
def test_a_table_that_cannot_be_read_is_refused_in_words(
    db: str, tmp_path: Path, content: str | bytes, said: str
) -> None:
    path = tmp_path / "tickets.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)

    told = run("import", "csv", str(path), "--body", "body", DATABASE_URL=db)

    assert told.returncode != 0
    assert said in told.stderr
    assert "Traceback" not in told.stderr


def test_a_bad_row_is_named_by_its_line_and_the_rest_comes_in(db: str, tmp_path: Path) -> None:
    path = tmp_path / "tickets.jsonl"
    path.write_text('{"body": "It stops."}\n{"body": \n{"body": "It goes on."}\n')

    told = run("import", "jsonl", str(path), "--body", "body", "--json", DATABASE_URL=db)

    assert json.loads(told.stdout)
    assert "2" in told.stdout
    assert "Traceback" not in told.stderr


async def test_models_and_the_floors_in_force_are_told_as_one_json_document(db: str) -> None:
    await confirm_duplicates([told_twice(1)], HashingEmbedder())
    await put_in_force("hashing-384-v1", "join", 0.71)

    models = json.loads((await asyncio.to_thread(run, "model", "list", "--json", DATABASE_URL=db)).stdout)
    floors = json.loads((await asyncio.to_thread(run, "calibrate", "--show", "--json", DATABASE_URL=db)).stdout)
    refused = await asyncio.to_thread(run, "model", "forget", "hashing-384-v1", DATABASE_URL=db)

    assert [(one["fingerprint"], one["is_active"], one["vectors"]) for one in models] == [("hashing-384-v1", True, 2)]
    assert [(one["purpose"], one["is_shipped"]) for one in floors] == [
        ("join", False),
        ("duplicate", True),
        ("help", True),
    ]
    assert floors[0]["floor"] == pytest.approx(0.71)
    assert refused.returncode != 0
    assert "is the active model" in refused.stderr


def test_evaluations_say_how_a_file_is_named_and_take_it_either_way(tmp_path: Path) -> None:
    file = tmp_path / "asked.csv"
    file.write_text(
        "text,label\nreset mail never comes,a\nno reset mail comes,a\nexport invoices,b\ninvoices as csv,b\n"
    )
    model = lend_model(tmp_path)

    missing = run("eval", "clusters")
    assert missing.returncode != 0
    assert "--data" in missing.stderr
    for named in ([str(file)], ["--data", str(file)]):
        done = run("eval", "clusters", *named, "--stream", "--order", "file", "--json", **model)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["questions"] == 4


def test_duplicates_are_evaluated_in_a_database_that_is_gone_afterwards(tmp_path: Path) -> None:
    file = tmp_path / "asked.csv"
    file.write_text(
        "text,label\nreset mail never comes,a\nno reset mail comes,a\nexport invoices,b\ninvoices as csv,b\n"
    )

    done = run("eval", "duplicates", "--data", str(file), "--json", **lend_model(tmp_path / "data"))

    assert done.returncode == 0, done.stderr
    scores = json.loads(done.stdout)
    assert scores["asked"] == 4
    assert 0 <= scores["fused"]["precision_at_1"] <= 1
