"""Settings for a command, completed by what is embedded: servers that need starting and secrets that need making."""

import asyncio
import os
import secrets
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from kb.core.database import close_database, open_database
from kb.core.settings import Settings, load_settings
from server.building import start_embedded_postgres

T = TypeVar("T")

Data = Annotated[Path | None, typer.Option("--data", help="Data folder of the embedded services.")]


def settings_for(data: Path | None = None) -> Settings:
    """Settings from the environment, with the data folder named on the command line and the secret key made if need be."""
    settings = load_settings()
    if data is not None:
        settings = settings.replaced(DATA_DIR=str(data))
    return settings if settings["SECRET_KEY"] else settings.replaced(SECRET_KEY=_kept_secret(settings.data_dir))


def _kept_secret(data_dir: Path) -> str:
    """The key made at the first start; readable by its owner alone."""
    path = data_dir / "secret_key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


@contextmanager
def database_at_hand(data: Path | None = None) -> Iterator[Settings]:
    """Settings whose DATABASE_URL answers: the named one, or the embedded server, started if it is not running."""
    settings = settings_for(data)
    if not settings["DATABASE_URL"]:
        settings = settings.replaced(DATABASE_URL=start_embedded_postgres(settings.data_dir))
    yield settings


def run_with_database(settings: Settings, work: Coroutine[Any, Any, T]) -> T:
    """Run the coroutine with the pool open; for commands, which are not inside a loop."""

    async def wrapped() -> T:
        await open_database(settings["DATABASE_URL"], pool_size=4)
        try:
            return await work
        finally:
            await close_database()

    return asyncio.run(wrapped())
