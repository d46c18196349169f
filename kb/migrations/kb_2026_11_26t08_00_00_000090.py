"""Sources that ask nothing are written down, so that the sweep for lost ones does not read them for ever."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-26T08:00:00:000090"
VERSION = "1.38.0"
DESCRIPTION = "Topics and messages that ask nothing"

SQL = """
create table asks_nothing (
    source_kind text not null check (source_kind in ('topic', 'ticket')),
    source_id uuid not null,
    primary key (source_kind, source_id)
);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
