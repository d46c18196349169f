"""Timers of topics: closed or brought up again by themselves."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-27T01:00:00:000041"
VERSION = "1.38.0"
DESCRIPTION = "Timers of topics"

SQL = """
create table topic_timer (
    topic_id uuid not null references topic on delete cascade,
    kind text not null check (kind in ('close', 'close_quiet', 'bump')),
    due_at timestamptz,                                  -- null for one that waits for silence
    quiet_days integer check (quiet_days > 0),
    reason text not null default '',                     -- what a closed topic says
    set_by uuid references person on delete set null,
    created_at timestamptz not null,
    primary key (topic_id, kind),
    check ((due_at is null) = (quiet_days is not null))
);
create index topic_timer_due on topic_timer (due_at);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
