"""A reply may answer another reply and not the question."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-26T09:00:00:000081"
VERSION = "1.38.0"
DESCRIPTION = "Which post a reply answers"

# A new column without a default holds nothing, so Postgres adds column and reference without reading the table.
SQL = "alter table post add column reply_to_id uuid references post (id) on delete set null;"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
