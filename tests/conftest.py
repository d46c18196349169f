"""Shared by all tests: one embedded Postgres for the run, one database for each xdist worker, emptied after each test."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import asyncpg
import httpx
import hypothesis
import pytest
from litestar import Litestar

from jobs.tools import Tools
from kb.adapters.folder_store import FolderStore
from kb.adapters.hashing_embedder import HashingEmbedder
from kb.clusters.calibration import forget_known
from kb.clusters.nearest import forget_spaces
from kb.core import outbox
from kb.core.database import close_database, execute, fetch_all, open_database
from kb.core.migrating import migrate
from kb.core.rate_limits import forget_ahead
from kb.core.settings import load_settings
from kb.status.standing import forget_standing
from server.app import create_app
from server.wiring import Services
from tests.support.client import Client
from tests.support.delivering import ForgetfulQueue, deliver_until_quiet
from tests.support.emptying import empty_tables, prepare_emptying
from tests.support.services import FAST, ROOT, database_url, ensure_postgres, keep_bytecode

KEPT = {"migration"}

keep_bytecode()

# Exporting a model takes half a minute of both cores; tests that want the export ask for it themselves.
os.environ["EMBED_RUNTIME"] = "torch"

# A person of a test may be among the few who are shown no suggestions; the tests of that ask for it themselves.
os.environ["DEFLECTION_HOLDOUT"] = "0"

# A run for the record repeats itself exactly; at a desk every run tries new examples.
hypothesis.settings.register_profile("record", derandomize=True)
if os.environ.get("CI"):
    hypothesis.settings.load_profile("record")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long tests first, the others in their order."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def _template_name() -> str:
    """One template a schema: it changes with the migrations, so a stale one is never used."""
    digest = hashlib.sha256()
    for path in sorted((ROOT / "kb" / "migrations").rglob("*")):
        if path.suffix in {".py", ".sql"}:
            digest.update(path.read_bytes())
    return f"template_{digest.hexdigest()[:12]}"


async def _ensure_template(admin: asyncpg.Connection) -> str:
    name = _template_name()
    await admin.execute("select pg_advisory_lock(42)")
    try:
        if not await admin.fetchval("select 1 from pg_database where datname = $1", name):
            for line in FAST:
                await admin.execute(f"alter system set {line}")
            await admin.execute("select pg_reload_conf()")
            draft = f"draft_{os.getpid()}"
            await admin.execute(f'drop database if exists "{draft}"')
            await admin.execute(f'create database "{draft}"')
            await open_database(database_url(draft), pool_size=2)
            await migrate()
            await close_database()
            await admin.execute(f'alter database "{draft}" rename to "{name}"')
    finally:
        await admin.execute("select pg_advisory_unlock(42)")
    return name


async def create_database(name: str) -> str:
    """A fresh, migrated database; returns its URL."""
    admin = await asyncpg.connect(database_url("postgres"))
    try:
        template = await _ensure_template(admin)
        await admin.execute(f'drop database if exists "{name}" with (force)')
        await admin.execute("select pg_advisory_lock(43)")  # a template may be copied by one session at a time
        await admin.execute(f'create database "{name}" template "{template}"')
        await admin.execute("select pg_advisory_unlock(43)")
    finally:
        await admin.close()
    return database_url(name)


async def drop_database(name: str) -> None:
    """Remove a database made by `create_database`."""
    admin = await asyncpg.connect(database_url("postgres"))
    await admin.execute(f'drop database if exists "{name}" with (force)')
    await admin.close()


@pytest.fixture(scope="session")
async def _own_database() -> AsyncIterator[str]:
    await asyncio.to_thread(ensure_postgres)
    name = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    url = await create_database(name)
    await open_database(url, pool_size=6)
    await prepare_emptying(KEPT)
    yield url
    await close_database()
    await drop_database(name)


@pytest.fixture
async def db(_own_database: str) -> AsyncIterator[str]:
    """An empty, migrated database of this process's own; yields its URL."""
    outbox.set_publisher(None)
    yield _own_database
    await empty_tables()
    for row in await fetch_all(
        "select relname as indexname from pg_class where relname like 'question_vector_signs_%'"
    ):
        await execute(
            f"drop index {row['indexname']}"
        )  # numbers begin anew: the next model 1 may have other dimensions
    forget_known()
    forget_standing()
    forget_spaces()
    forget_ahead()


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A data folder for one test."""
    return tmp_path / "data"


@pytest.fixture(scope="session")
async def app_services(_own_database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Services]:
    """Services of the web process with the deterministic embedder and a queue that forgets: the outbox remembers.

    Streams that browsers opened began a live line to the database; it ends before the database does.
    """
    settings = load_settings(
        {
            "SECRET_KEY": "not-secret-in-tests",
            "DATABASE_URL": "unused",
            "GITHUB_WEBHOOK_SECRET": "signed-in-tests",
            "DEFLECTION_HOLDOUT": "0",
            "SHARED_PAGES_SECONDS": "0",  # many tests write past the web process and look at once
        }
    )
    services = Services(
        settings=settings,
        queue=ForgetfulQueue(),
        embedder=HashingEmbedder(),
        files=FolderStore(tmp_path_factory.mktemp("files")),
    )
    yield services
    await services.live.close()


@pytest.fixture(scope="session")
def app(app_services: Services) -> Litestar:
    """The web application on this process's database."""
    return create_app(app_services, opens_database=False)


@pytest.fixture
async def client(app: Litestar, db: str) -> AsyncIterator[Client]:
    """A client nobody has signed in to."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with Client(transport=transport, base_url="http://testserver", follow_redirects=False) as fresh:
        yield fresh


@pytest.fixture
def new_client(app: Litestar, db: str) -> Callable[[], Client]:
    """More clients, for several people in one test."""
    return lambda: Client(
        transport=httpx.ASGITransport(app=app, raise_app_exceptions=False), base_url="http://testserver"
    )


@pytest.fixture
def tools(app_services: Services, data_dir: Path) -> Tools:
    """What job handlers are handed in tests."""
    return Tools(
        settings=app_services.settings,
        embedder=app_services.embedder,
        channels={},
        trackers={},
        files=app_services.files,
    )


@pytest.fixture
def deliver_all(db: str, tools: Tools) -> Callable[[], Awaitable[int]]:
    """Deliver every waiting message, and those the handlers emit, here and now; returns how many were delivered."""
    return lambda: deliver_until_quiet(tools)
