"""Posts of an older renderer are found by an index instead of by reading every post."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-26T09:00:00:000030"
VERSION = "1.38.0"
DESCRIPTION = "An index over the renderer of posts"

SQL = "create index if not exists post_renderer on post (renderer);"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
