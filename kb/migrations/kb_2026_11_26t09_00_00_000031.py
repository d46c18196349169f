"""Drafts: what people typed and have not sent, one a person and place."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-26T09:00:00:000031"
VERSION = "1.38.0"
DESCRIPTION = "Drafts on the server"

SQL = """
create table draft (
    id uuid primary key,
    person_id uuid not null references person on delete cascade,
    place text not null,                                 -- ask, reply:12, edit:<post>, ticket, ticket:7
    title text not null default '',
    body text not null default '',
    space text not null default '',
    page_url text not null default '',
    version integer not null default 1,                  -- counts savings: who saves says which one they had seen
    other_title text,                                    -- what a device wrote that did not know of this text
    other_body text,
    other_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    unique (person_id, place)
);
create index draft_updated_at on draft (updated_at);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
