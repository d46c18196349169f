"""Members are found by the beginning of their names while somebody writes `@`."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-26T09:00:00:000033"
VERSION = "1.38.0"
DESCRIPTION = "An index over the names of members"

# Customers who never joined the forum have no username and are not in it.
SQL = (
    "create index if not exists person_called on person using gin (username gin_trgm_ops, name gin_trgm_ops)"
    " where username is not null;"
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
