"""API keys that end by themselves."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-27T01:00:00:000020"
VERSION = "1.38.0"
DESCRIPTION = "When a key stops working by itself, and whose keys there are"

SQL = """
alter table api_key add column expires_at timestamptz;   -- null: until somebody revokes it
create index api_key_of_person on api_key (person_id, created_at);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
