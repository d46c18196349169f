"""`answerloop doctor`: each part, its version, where it runs, and what is wrong with it, a line each."""

import asyncio
import platform
import shutil
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import Annotated

import typer

from kb.core.database import close_database, fetch_all, fetch_value, open_database
from kb.core.errors import Unavailable
from kb.core.settings import Settings
from kb.search.documents import find_active_space
from server.building import (
    build_embedder,
    build_ways,
    mail_destination,
    mailbox_state,
    redis_version,
    start_embedded_redis,
)
from server.commands.output import print_json, print_line
from server.commands.surroundings import Data, database_at_hand

LEAST_FREE_GB = 2.0
"""Room for the database to grow and for Postgres to write its log; below it Postgres stops taking writes soon."""

WITHIN_SECONDS = 60
"""A part that does not answer in this time is as good as down. Loading the model takes ten seconds."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One part. `problem` is empty when there is none."""

    part: str
    version: str
    where: str
    problem: str = ""


Check = Callable[[Settings], Awaitable[list[Finding]]]


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False, data: Data = None
) -> None:
    """Look at every part of the installation and say what is wrong with it. Exits 1 when something is.

    Example: answerloop doctor
    """
    with database_at_hand(data) as settings:
        findings = asyncio.run(_examine(settings))
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            mark = "!" if finding.problem else "✓"
            print_line(f"{mark} {finding.part:<12} {finding.version:<28} {finding.where}")
            if finding.problem:
                print_line(f"  {finding.problem}")
    if any(finding.problem for finding in findings):
        raise typer.Exit(1)


async def _examine(settings: Settings) -> list[Finding]:
    findings: list[Finding] = []
    for name, check in CHECKS.items():
        try:
            findings += await asyncio.wait_for(check(settings), WITHIN_SECONDS)
        except TimeoutError:
            findings.append(Finding(name, "", "", f"did not answer within {WITHIN_SECONDS} s"))
        except Exception as error:  # whatever is wrong with a part is what the doctor is for
            findings.append(Finding(name, "", "", f"{type(error).__name__}: {error}"))
    return findings


async def _python(settings: Settings) -> list[Finding]:
    problem = "" if sys.version_info >= (3, 11) else "needs Python 3.11 or newer"
    return [Finding("Python", platform.python_version(), sys.prefix, problem)]


async def _postgres(settings: Settings) -> list[Finding]:
    await open_database(settings["DATABASE_URL"], pool_size=1)
    try:
        version = str(await fetch_value("show server_version")).split(" ")[0]
        there = {row["name"]: row for row in await fetch_all(_EXTENSIONS)}
        where = (
            str(await fetch_value("show data_directory"))
            if not _is_remote(settings)
            else _hidden(settings["DATABASE_URL"])
        )
    finally:
        await close_database()
    problem = "" if int(version.split(".")[0]) >= 15 else "needs Postgres 15 or newer"
    return [Finding("Postgres", version, where, problem), *(_extension(name, there) for name in ("vector", "pg_trgm"))]


_EXTENSIONS = "select a.name, a.default_version, a.installed_version from pg_available_extensions a where a.name in ('vector', 'pg_trgm')"


def _extension(name: str, there: dict[str, object]) -> Finding:
    row = there.get(name)
    if row is None:
        return Finding(name, "", "", "not available in this Postgres: install it (for vector: the pgvector package)")
    installed = row["installed_version"]  # type: ignore[index]
    problem = "" if installed else "available but not installed here: run `answerloop migrate`"
    return Finding(name, str(installed or row["default_version"]), "in the database", problem)  # type: ignore[index]


def _is_remote(settings: Settings) -> bool:
    return "?host=" not in settings["DATABASE_URL"]


def _hidden(url: str) -> str:
    """The address without user and password."""
    return url.rpartition("@")[2]


async def _redis(settings: Settings) -> list[Finding]:
    """The Redis named, or one of our own started for a moment to see that it runs."""
    if settings["REDIS_URL"]:
        return [Finding("Redis", await redis_version(settings["REDIS_URL"]), _hidden(settings["REDIS_URL"]))]
    running = start_embedded_redis(settings.data_dir / "doctor")
    try:
        return [Finding("Redis", await redis_version(running.url), "embedded, started by `answerloop up`")]
    finally:
        running.process.terminate()
        running.process.wait(10)


async def _model(settings: Settings) -> list[Finding]:
    embedder = build_embedder(settings)
    (vector,) = await embedder.embed(["Does the model work?"])
    return [Finding("Model", embedder.fingerprint[:28], f"{len(vector)} dimensions, {embedder.explained}")]


async def _search(settings: Settings) -> list[Finding]:
    if not settings["MEILI_URL"]:
        return [Finding("Search", "Postgres", "full text, trigrams and vectors in the database")]
    index, where = build_ways(settings).index, _hidden(settings["MEILI_URL"])
    await open_database(settings["DATABASE_URL"], pool_size=1)
    try:
        version, fits = await index.ping(), await index.fits(await find_active_space())
    except Unavailable as down:
        return [
            Finding("Search", "Meilisearch", where, f"{down.message} Until it is back the database searches alone.")
        ]
    finally:
        await close_database()
        await index.close()
    problem = "" if fits else "it has no index for this model yet: run `answerloop search reindex`"
    return [Finding("Search", version, where, problem)]


async def _mail(settings: Settings) -> list[Finding]:
    where = await mail_destination(settings)
    return [Finding("Mail", "SMTP" if settings["SMTP_URL"] else "folder", where)]


async def _mailbox(settings: Settings) -> list[Finding]:
    """Only where one is named."""
    if not settings["IMAP_URL"]:
        return []
    return [Finding("Mailbox", "IMAP", f"{_hidden(settings['IMAP_URL'])}, {await mailbox_state(settings)}")]


async def _disk(settings: Settings) -> list[Finding]:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.data_dir).free / 1e9
    problem = "" if free >= LEAST_FREE_GB else f"less than {LEAST_FREE_GB:.0f} GB free: make room before Postgres stops"
    return [Finding("Disk", f"{free:.0f} GB free", str(settings.data_dir), problem)]


CHECKS: dict[str, Check] = {
    "Python": _python,
    "Postgres": _postgres,
    "Redis": _redis,
    "Model": _model,
    "Search": _search,
    "Mail": _mail,
    "Mailbox": _mailbox,
    "Disk": _disk,
}
