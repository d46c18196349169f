"""Who else writes in a ticket is asked each time somebody types there."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-27T06:00:00:000099"
VERSION = "1.38.0"
DESCRIPTION = "Drafts of messages in a ticket, by the ticket"

SQL = "create index draft_of_ticket on draft (place, updated_at) where place like 'ticket%';"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
