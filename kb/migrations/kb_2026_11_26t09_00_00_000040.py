"""Uploaded files and what uses them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-26T09:00:00:000040"
VERSION = "1.38.0"
DESCRIPTION = "Files, and the posts, messages and people that use them"

SQL = """
create table file (
    id uuid primary key,
    uploader_id uuid references person on delete set null,
    kind text not null check (kind in ('image', 'download')),
    name text not null,
    media_type text not null,
    size integer not null,
    width integer,
    height integer,
    widths integer[] not null,
    gone_at timestamptz,                                 -- nothing uses it any more; it is being swept
    created_at timestamptz not null
);
create index file_of_uploader on file (uploader_id, created_at);
create index file_by_age on file (created_at);

create table file_use (
    file_id uuid not null references file on delete cascade,
    kind text not null check (kind in ('post', 'ticket_message', 'article', 'person')),
    subject_id uuid not null,
    primary key (file_id, kind, subject_id)
);
create index file_use_subject on file_use (kind, subject_id);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
