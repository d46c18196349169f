"""Replies of agents are mailed in their thread; the message about them stays in the product."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-27T06:00:00:000102"
VERSION = "1.38.0"
DESCRIPTION = "A reply is mailed once: by the room that keeps its thread"

SQL = "update trigger set channels = '{in_app}' where key = 'ticket-answered';"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
