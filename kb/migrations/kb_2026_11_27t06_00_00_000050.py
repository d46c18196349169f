"""Macros: replies that agents keep under a name."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-27T06:00:00:000050"
VERSION = "1.38.0"
DESCRIPTION = "Replies that agents keep under a name"

SQL = """
create table macro (
    id uuid primary key,
    name text not null,
    body text not null,                                  -- Markdown with placeholders: {{requester.name}}
    author_id uuid references person,                    -- who wrote it first
    revision integer not null default 1,                 -- grows when the text changes
    created_at timestamptz not null,
    updated_at timestamptz not null,
    archived_at timestamptz
);
create unique index macro_name on macro (lower(name)) where archived_at is null;
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
