"""Posts that wait for a moderator before anybody sees them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-27T01:00:00:000030"
VERSION = "1.38.0"
DESCRIPTION = "What was found about a post when it was written"

SQL = """
create table screened_post (
    post_id uuid primary key references post on delete cascade,
    findings jsonb not null default '[]',                -- source, text, holds
    is_held boolean not null default false,              -- out of sight until a moderator has looked
    screened_at timestamptz not null,
    queued_at timestamptz,                               -- in the review queue since
    released_at timestamptz                              -- in sight for the first time
);
create index screened_post_unqueued on screened_post (post_id) where queued_at is null;
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
