"""Each post knows the language it is written in, as far as that can be told."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-27T01:00:00:000044"
VERSION = "1.38.0"
DESCRIPTION = "The language of a post"

SQL = """
alter table post add column language text not null default '';   -- ISO 639-1; empty: too short, or not sure
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
