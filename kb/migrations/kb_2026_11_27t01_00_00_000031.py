"""Words that staff watch."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-27T01:00:00:000031"
VERSION = "1.38.0"
DESCRIPTION = "Watched words"

SQL = """
create table watched_word (
    id uuid primary key,
    word text not null,                                  -- as typed
    folded text not null unique,                         -- what must stand in a folded text
    action text not null check (action in ('block', 'hold', 'flag')),
    changed_at timestamptz not null,
    removed_at timestamptz
);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
