"""A download of a live source knows itself where it stopped, by its last line."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-27T06:00:00:000031"
VERSION = "1.38.0"
DESCRIPTION = "No cursors of imports: a download is its own"

SQL = "drop table import_cursor"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
