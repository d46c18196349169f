"""What posts said before they were edited."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-26T09:00:00:000080"
VERSION = "1.38.0"
DESCRIPTION = "Versions of edited posts"

SQL = """
create table post_revision (
    id uuid primary key,
    post_id uuid not null references post (id) on delete cascade,
    number int not null check (number > 0),
    editor_id uuid not null references person (id),
    title text,
    body_source text not null,
    reason text not null default '',
    hidden_at timestamptz,
    created_at timestamptz not null,
    unique (post_id, number)
);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
