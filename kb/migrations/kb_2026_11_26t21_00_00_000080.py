"""In which language somebody is spoken to."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-26T21:00:00:000080"
VERSION = "1.38.0"
DESCRIPTION = "The language a person chose"

SQL = "alter table person add column language text not null default '';"  # '': as the browser asks


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
