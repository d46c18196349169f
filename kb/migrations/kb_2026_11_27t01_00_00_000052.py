"""For which release an article was checked, by whom, and which of its revisions."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-27T01:00:00:000052"
VERSION = "1.38.0"
DESCRIPTION = "The release an article was checked for"

SQL = """
alter table article
    add column verified_for text,                        -- a release's version; null: for none, or only in general
    add column verified_by uuid references person on delete set null,
    add column verified_revision integer;                -- of verified_for: the revision that was looked at
create index release_newest on release (released_at desc);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
