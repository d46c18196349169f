"""Drafts of articles: the fields of their form beside title and text."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-27T01:00:00:000050"
VERSION = "1.38.0"
DESCRIPTION = "Further fields of a draft, and who writes at the same place"

SQL = """
alter table draft add column more jsonb not null default '{}';   -- by the name of the form's field
create index draft_of_place on draft (place, updated_at) where place like 'article%';
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
