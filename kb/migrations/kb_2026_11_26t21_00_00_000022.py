"""One thing is done with many topics, and taken back as one."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-26T21:00:00:000022"
VERSION = "1.38.0"
DESCRIPTION = "What was done with many topics at once"

SQL = """
create table topic_batch (
    id uuid primary key,
    action text not null check (action in ('move', 'tag', 'lock', 'hide', 'unlist')),
    detail text not null default '',
    before jsonb not null,                               -- of each topic that changed: its id and how it was
    actor_id uuid references person on delete set null,
    created_at timestamptz not null,
    undone_at timestamptz
);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
