"""A database for one measurement, which nothing of an installation shares."""

import asyncio
import os
from collections.abc import Coroutine
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from kb.core.database import close_database, open_database
from kb.core.migrating import migrate
from kb.core.settings import Settings
from server.building import start_embedded_postgres

T = TypeVar("T")


def run_in_scratch_database(settings: Settings, work: Coroutine[Any, Any, T]) -> T:
    """Run the coroutine on an empty, migrated database of the embedded server, which is dropped whatever happens."""
    server = start_embedded_postgres(settings.data_dir)
    name = f"scratch_{os.getpid()}"
    location = urlsplit(server)

    async def wrapped() -> T:
        await _administer(server, f'create database "{name}"')
        await open_database(urlunsplit(location._replace(path=f"/{name}")), pool_size=4)
        try:
            await migrate()
            return await work
        finally:
            await close_database()
            await _administer(server, f'drop database "{name}" with (force)')

    return asyncio.run(wrapped())


async def _administer(server: str, statement: str) -> None:
    admin = await asyncpg.connect(server)
    try:
        await admin.execute(statement)
    finally:
        await admin.close()
