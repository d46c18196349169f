"""Where imported things stood before."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-26T21:00:00:000060"
VERSION = "1.38.0"
DESCRIPTION = "Former addresses of imported people, categories and posts"

SQL = """
create table former_address (
    source text not null,                                -- the name it was imported under
    kind text not null check (kind in ('person', 'category', 'number')),
    old text not null,                                   -- username, category id, or topic/number
    subject text not null,                               -- id of the person or space; id of the post at the source
    primary key (kind, old, source)
);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
