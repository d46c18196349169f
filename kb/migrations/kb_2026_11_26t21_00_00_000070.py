"""Writes that are sent again are done once."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-26T21:00:00:000070"
VERSION = "1.38.0"
DESCRIPTION = "Writes named by a key of the caller"

SQL = """
create table write_once (
    owner bytea not null,
    key bytea not null,
    request bytea not null,
    claim uuid not null unique,
    started_at timestamptz not null,
    leased_until timestamptz not null,
    written_at timestamptz,
    status integer,
    headers jsonb not null default '{}',
    body bytea,
    primary key (owner, key)
);
create index write_once_started on write_once (started_at);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
