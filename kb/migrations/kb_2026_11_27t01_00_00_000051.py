"""What is done with an article at a time, and revisions that were returned to their author."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-27T01:00:00:000051"
VERSION = "1.38.0"
DESCRIPTION = "Articles published and archived at a time; revisions returned with a reason; notices of articles"

SQL = """
create table article_schedule (
    id uuid primary key,
    article_id uuid not null references article on delete cascade,
    act text not null check (act in ('publish', 'archive')),
    revision integer,                                    -- publish: the one that was approved, never a later one
    due_at timestamptz not null,
    time_zone text not null,                             -- what the approver meant the time in
    approved_by uuid references person on delete set null,
    created_at timestamptz not null,
    state text not null default 'waiting' check (state in ('waiting', 'done', 'cancelled', 'dropped')),
    settled_at timestamptz,
    dropped_because text not null default '',
    check ((act = 'publish') = (revision is not null))
);
create unique index article_schedule_waiting on article_schedule (article_id, act) where state = 'waiting';
create index article_schedule_due on article_schedule (due_at) where state = 'waiting';
create index article_schedule_zone on article_schedule (approved_by, created_at desc);

create table article_return (
    id uuid primary key,
    article_id uuid not null references article on delete cascade,
    revision integer not null,
    reason text not null,
    returned_by uuid references person on delete set null,
    created_at timestamptz not null
);
create index article_return_of on article_return (article_id, created_at desc);
create index article_return_recent on article_return (created_at);

alter table notice add column article_id uuid references article on delete cascade;
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
