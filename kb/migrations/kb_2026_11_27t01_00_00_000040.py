"""Bookmarks of posts, with a note and a time to be reminded."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-27T01:00:00:000040"
VERSION = "1.38.0"
DESCRIPTION = "Bookmarks"

SQL = """
create table bookmark (
    id uuid primary key,
    person_id uuid not null references person on delete cascade,
    post_id uuid not null references post on delete cascade,     -- the first one stands for its topic
    note text not null default '',
    remind_at timestamptz,
    reminded_at timestamptz,
    created_at timestamptz not null,
    unique (person_id, post_id)
);
create index bookmark_person on bookmark (person_id, created_at desc, id desc);
create index bookmark_post on bookmark (post_id);
create index bookmark_due on bookmark (remind_at) where reminded_at is null;

-- The kinds are those of kb/notices/rules.py; a second list of them here stopped each new one.
alter table notice drop constraint notice_kind_check;
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
