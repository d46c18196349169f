"""The first tables of every room, in SQL: identity columns, generated words, checks and partial indexes are plainest there."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-22T15:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "The first tables of every room"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        for script in sorted((Path(__file__).parent / "initial").glob("*.sql")):
            async with connection() as conn:
                await conn.execute(script.read_text())

    manager.add_raw(run)
    return manager
